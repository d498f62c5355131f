/** Reads the settings from the environment and an optional file; the only reader of the environment. */
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { basePathOf } from '../common/base-path.js';
import type { Setting } from './setting.js';
import { settingTable } from './table.js';

type SettingTable = typeof settingTable;

/** The server's settings, grouped as in the table: `settings.http.port`. */
export type Settings = {
  readonly [Group in keyof SettingTable]: {
    readonly [Key in keyof SettingTable[Group]]: SettingTable[Group][Key] extends Setting<infer Value> ? Value : never;
  };
};

/** The token that the settings are injected by: `@Inject(SETTINGS) settings: Settings`. */
export const SETTINGS = Symbol('SETTINGS');

/** The settings cannot be used; each fault is one line for the operator. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly faults: string[]) {
    super(faults.join('\n'));
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Names the settings file; without it, `./minimeet.env` is read where it exists. */
const FILE_VARIABLE = 'MINIMEET_ENV_FILE';
const DEFAULT_FILE = './minimeet.env';
/** What is put behind the name of a secret setting for the file that has it. */
const SECRET_FILE = '_FILE';

/**
 * What the addresses of the server itself begin with. Below a path of the same name, nobody could tell whether a proxy has stripped it.
 * `server/test/web.spec.ts` holds it against the routes.
 */
export const OWN_PATHS: ReadonlySet<string> = new Set(
  'account admin analytics api api-keys assets auth health live login meetings metrics r reports rooms signup socket.io users'.split(
    ' ',
  ),
);

/**
 * The settings from `environment`, then from the settings file, then from the defaults; a setting left empty counts as
 * not given. Throws a `SettingsError` that names every fault.
 */
export function loadSettings(environment: Environment, readFile = readFileIfPresent): Settings {
  const faults: string[] = [];
  const file = readSettingsFile(environment[FILE_VARIABLE], readFile, faults);

  /** A secret may lie in a file of its own, as container platforms mount them: `JWT_SECRET_FILE=/run/secrets/jwt`. */
  const secretOf = (name: string, given: string | undefined): string | undefined => {
    const path = environment[name + SECRET_FILE]?.trim() || file[name + SECRET_FILE]?.trim();
    if (!path) {
      return given;
    }
    if (given) {
      faults.push(`${name} and ${name + SECRET_FILE} must not both be given`);
      return given;
    }
    try {
      const text = readFile(path)?.trim();
      if (!text) {
        faults.push(
          `${name + SECRET_FILE} names a file that ${text === undefined ? 'does not exist' : 'is empty'}: ${path}`,
        );
      }
      return text;
    } catch (error) {
      faults.push(
        `${name + SECRET_FILE} names a file that cannot be read: ${path} (${(error as NodeJS.ErrnoException).code})`,
      );
      return undefined;
    }
  };

  const read = ({ name, schema, default: defaultText, secret }: Setting): unknown => {
    const given = environment[name]?.trim() || file[name]?.trim();
    const text = (secret ? secretOf(name, given) : given) || defaultText;
    const result = schema.safeParse(text === '' ? undefined : text);
    if (!result.success) {
      const requirement = result.error.issues[0]?.message ?? 'is wrong';
      faults.push(secret ? `${name} ${requirement}` : `${name} ${requirement}, not "${text}"`);
    }
    return result.data;
  };
  const settings = mapValues(settingTable, (group) => mapValues(group, read)) as Settings;

  if (faults.length === 0) {
    checkTogether(settings, faults);
  }
  if (faults.length > 0) {
    throw new SettingsError(faults);
  }
  return settings;
}

/** All settings in the table's order. */
export function allSettings(): Setting[] {
  return Object.values(settingTable).flatMap((group): Setting[] => Object.values(group));
}

function readFileIfPresent(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function readSettingsFile(
  givenPath: string | undefined,
  readFile: (path: string) => string | undefined,
  faults: string[],
): Environment {
  const path = givenPath?.trim() || DEFAULT_FILE;
  const text = readFile(path);
  if (text === undefined) {
    if (givenPath) {
      faults.push(`${FILE_VARIABLE} names a file that does not exist: ${path}`);
    }
    return {};
  }
  const file = parseEnv(text);
  const known = new Set(allSettings().flatMap(({ name, secret }) => (secret ? [name, name + SECRET_FILE] : [name])));
  for (const name of Object.keys(file)) {
    if (!known.has(name)) {
      faults.push(`${name} in ${path} is not a setting of MiniMeet`);
    }
  }
  return file;
}

/** Faults that no setting has alone. */
function checkTogether({ auth, http, media, metrics, storage }: Settings, faults: string[]): void {
  if ((auth.adminEmail === undefined) !== (auth.adminPassword === undefined)) {
    faults.push('ADMIN_EMAIL and ADMIN_PASSWORD must be given together');
  }
  if ((media.turnUrls === undefined) !== (media.turnSecret === undefined)) {
    faults.push('TURN_URLS and TURN_SECRET must be given together');
  }
  if ((http.tlsCertFile === undefined) !== (http.tlsKeyFile === undefined)) {
    faults.push('TLS_CERT_FILE and TLS_KEY_FILE must be given together');
  }
  const [, ownPath] = /^\/([^/]+)/.exec(basePathOf(http.publicUrl)) ?? [];
  if (ownPath !== undefined && OWN_PATHS.has(ownPath)) {
    faults.push(
      `PUBLIC_URL may not have a path that begins with /${ownPath}, as MiniMeet has addresses of its own there; choose another path, such as /meet`,
    );
  }
  if (storage.redisCaFile !== undefined && storage.redisUrl === undefined) {
    faults.push('REDIS_CA_FILE needs REDIS_URL');
  }
  if (metrics.port !== undefined && metrics.port !== 0 && metrics.port === http.port) {
    faults.push('METRICS_PORT and PORT must differ; without METRICS_PORT, /metrics is on PORT');
  }
  if (media.port + media.workers - 1 > 65_535) {
    faults.push(`MEDIA_PORT ${media.port} leaves too few ports for ${media.workers} media workers`);
  }
}

/** What will hardly be meant so, each in one line for the operator; the server starts with it nevertheless. */
export function doubtsAbout({ auth, http, storage }: Settings): string[] {
  const doubts: string[] = [];

  if (storage.redisUrl !== undefined && auth.jwtSecret === undefined) {
    doubts.push('REDIS_URL without JWT_SECRET: who logs in here is a stranger to the other servers, if there are any');
  }
  if (storage.redisUrl !== undefined && http.publicUrl === undefined) {
    doubts.push('REDIS_URL without PUBLIC_URL: other servers, if there are any, cannot send participants here');
  }

  return doubts;
}

function mapValues<Value, Mapped>(
  record: Record<string, Value>,
  map: (value: Value) => Mapped,
): Record<string, Mapped> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
