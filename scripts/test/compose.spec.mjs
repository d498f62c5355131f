/** That docker-compose.yml is valid, and agrees with the server's settings, the image and the script that makes its passwords. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DCLinter } from 'dclint';
import { parse as parseYaml } from 'yaml';
import { allSettings, loadSettings } from '../../server/src/settings/settings.js';
import { ROOT } from '../lib/paths.mjs';

const text = readFileSync(path.join(ROOT, 'docker-compose.yml'), 'utf8');
const { services, volumes, networks } = parseYaml(text, { merge: true });
/** What goes on until it is stopped; the others are jobs. */
const running = Object.fromEntries(Object.entries(services).filter(([, { restart }]) => restart !== 'no'));
const dockerfile = readFileSync(path.join(ROOT, 'docker', 'Dockerfile'), 'utf8');

/** What stands for a variable that must be given, and the sentence that is shown when it is not. */
const REQUIRED = /\$\{(\w+):\?([^}]*)\}/g;
const OPTIONAL = /\$\{(\w+):-((?:\$\{\w+\}|[^}])*)\}/g;
const requiredNames = new Set([...text.matchAll(REQUIRED)].map(([, name]) => name));

let folder;
let env;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'minimeet-compose-'));
  env = makeEnv(path.join(folder, 'first.env'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function makeEnv(file) {
  execFileSync('sh', [path.join(ROOT, 'docker', 'make-env.sh'), file], { stdio: 'pipe' });
  return parseEnv(readFileSync(file, 'utf8'));
}

/** Puts in variables as docker compose does: `${NAME:?…}`, `${NAME:-default}`, `${NAME}`, and `$$` for one `$`. */
function filledIn(value) {
  return String(value)
    .replace(REQUIRED, (_, name) => env[name])
    .replace(OPTIONAL, (_, name, byDefault) => env[name] || filledIn(byDefault))
    .replace(/\$\{(\w+)\}/g, (_, name) => env[name])
    .replaceAll('$$', '$');
}

describe('docker-compose.yml', () => {
  it('keeps to the specification of compose files', () => {
    const linter = new DCLinter({
      rules: {
        // Kept in the order in which one reads them; the image is named after what is built; these ports are for everyone.
        'services-alphabetical-order': 0,
        'service-keys-order': 0,
        'service-ports-alphabetical-order': 0,
        'require-quotes-in-ports': 0,
        'no-build-and-image': 0,
        'no-unbound-port-interfaces': 0,
      },
      quiet: false,
      debug: false,
      exclude: [],
    });
    const findings = linter.lintFiles([path.join(ROOT, 'docker-compose.yml')], false);

    expect(findings.flatMap(({ messages }) => messages)).toEqual([]);
  });

  it('gives the server nothing that is no setting', () => {
    const names = new Set(allSettings().map(({ name }) => name));

    expect(Object.keys(services.minimeet.environment).filter((name) => !names.has(name))).toEqual([]);
  });

  it('makes settings that the server takes, with the passwords that the script makes', () => {
    const given = Object.entries(services.minimeet.environment).map(([name, value]) => [name, filledIn(value)]);
    const { storage, media, auth, cluster } = loadSettings(Object.fromEntries(given), () => undefined);

    expect(storage.mysqlUrl).toBe(`mysql://minimeet:${env.MYSQL_PASSWORD}@mysql:3306/minimeet`);
    expect(storage.redisUrl).toBe(`redis://:${env.REDIS_PASSWORD}@redis:6379`);
    expect(cluster.serverName).toBe(env.SERVER_NAME);
    expect(auth).toMatchObject({ jwtSecret: env.JWT_SECRET, adminEmail: undefined });
    expect(media.turnUrls).toEqual([`turn:${env.TURN_ADDRESS}:3478`, `turn:${env.TURN_ADDRESS}:3478?transport=tcp`]);
  });

  it('gives the server the time that it may take to stop', () => {
    const { drainSeconds, shutdownTimeoutSeconds } = loadSettings({}, () => undefined).http;
    const grace = Number.parseInt(filledIn(services.minimeet.stop_grace_period), 10);

    expect(grace).toBeGreaterThan(drainSeconds + shutdownTimeoutSeconds);
  });

  it('publishes a port for each media worker, the same outside as inside', () => {
    const { MEDIA_WORKERS, MEDIA_PORT } = services.minimeet.environment;
    const first = Number(MEDIA_PORT);
    const range = `${first}-${first + Number(filledIn(MEDIA_WORKERS)) - 1}`;
    const published = services.minimeet.ports.map((port) => filledIn(port));

    expect(published).toEqual(['127.0.0.1:3000:3000', `${range}:${range}/udp`, `${range}:${range}/tcp`]);
  });

  it('refuses to start, and says what to do, while a password is missing', () => {
    for (const [, name, sentence] of text.matchAll(REQUIRED)) {
      expect([name, sentence]).toEqual([name, 'run docker/make-env.sh first']);
    }
    const passwords = /(PASSWORD|SECRET)\b/;
    const written = Object.values(services).flatMap(({ environment = {} }) => Object.entries(environment));
    // The first administrator's is the operator's own choice.
    const withoutRefusal = written.filter(
      ([name, value]) => passwords.test(name) && name !== 'ADMIN_PASSWORD' && !/^\$\{\w+:\?/.test(value),
    );

    expect(withoutRefusal).toEqual([]);
  });

  it('waits for each service with a check of its health', () => {
    const imageIsChecked = /^HEALTHCHECK /m.test(dockerfile);
    const checked = Object.entries(running).filter(([, { healthcheck, build }]) =>
      build ? imageIsChecked : healthcheck,
    );

    expect(checked.map(([name]) => name)).toEqual(Object.keys(running));
    expect(Object.keys(services.minimeet.depends_on).sort()).toEqual(['mongo', 'mysql', 'redis']);
    for (const { depends_on = {} } of Object.values(services)) {
      for (const { condition } of Object.values(depends_on)) expect(condition).toBe('service_healthy');
    }
  });

  it.each(Object.keys(services))('confines %s: to its volumes, its memory and what it started with', (name) => {
    const { cap_drop, security_opt, mem_limit, pids_limit, read_only, networks: own, image } = services[name];

    expect({ cap_drop, security_opt, read_only }).toEqual({
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      read_only: true,
    });
    expect([typeof mem_limit, typeof pids_limit]).toEqual(['string', 'number']);
    expect(own.filter((network) => !(network in networks))).toEqual([]);
    expect(image).toMatch(/:(local|v?\d+\.\d+\.\d+)$/);
  });

  it('lets nobody but MiniMeet and the jobs reach the databases, and these nobody', () => {
    const inBack = Object.keys(running).filter((name) => running[name].networks.includes('back'));

    expect(networks.back).toEqual({ internal: true });
    expect(inBack.sort()).toEqual(['minimeet', 'mongo', 'mysql', 'redis']);
    for (const name of ['mongo', 'mysql', 'redis']) expect(services[name]).toMatchObject({ networks: ['back'] });
    for (const name of ['mongo', 'mysql', 'redis']) expect(services[name].ports).toBeUndefined();
  });

  it('has no secret on a command line, which everybody on the machine can read', () => {
    const commands = Object.values(services).flatMap(({ command = [], entrypoint = [] }) => [
      ...command,
      ...entrypoint,
    ]);

    expect(commands.filter((part) => /\$\{\w*(PASSWORD|SECRET)/.test(part))).toEqual([]);
    // Left to a shell, it is in the arguments of no program but the shell's own built-in ones and environments.
    for (const part of commands.filter((each) => /\$\$\w*(PASSWORD|SECRET|AUTH)/.test(each))) {
      expect(part).toMatch(/(?:printf|echo|MYSQL_PWD=)[^|;&]*\$\$\w*(?:PASSWORD|SECRET|AUTH)/);
    }
  });

  it('keeps in a volume what a service must not lose', () => {
    const used = Object.values(services).flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0]));

    expect([...new Set(used.filter((name) => !name.startsWith('./')))].sort()).toEqual(Object.keys(volumes).sort());
    expect(services.minimeet.volumes).toContain('minimeet-data:/data');
    expect(dockerfile).toMatch(/^VOLUME \/data$/m);
  });
});

describe('docker/make-env.sh', () => {
  it('generates everything without which compose refuses to start, for the eyes of the owner alone', () => {
    expect([...requiredNames].filter((name) => !env[name])).toEqual([]);
    expect(statSync(path.join(folder, 'first.env')).mode & 0o777).toBe(0o600);
    const secrets = Object.entries(env).filter(([name]) => /PASSWORD|SECRET/.test(name) && name !== 'ADMIN_PASSWORD');
    for (const [, secret] of secrets) expect(secret).toMatch(/^[0-9a-f]{48}$/);
    expect(new Set(secrets.map(([, secret]) => secret)).size).toBe(secrets.length);
  });

  it('calls the server as the machine is called, so that no two have one name', () => {
    expect(env.SERVER_NAME).toBe(
      hostname()
        .replace(/[^\w.-]/g, '')
        .slice(0, 64),
    );
  });

  it('changes nothing when it is run again', () => {
    const file = path.join(folder, 'first.env');
    const before = readFileSync(file, 'utf8');
    makeEnv(file);

    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('adds what is missing and leaves what is there', () => {
    const file = path.join(folder, 'older.env');
    writeFileSync(file, 'MYSQL_PASSWORD=chosen\nMEDIA_WORKERS=3\nREDIS_PASSWORD=without-an-end', { mode: 0o644 });
    const completed = makeEnv(file);

    expect(completed).toMatchObject({
      MYSQL_PASSWORD: 'chosen',
      REDIS_PASSWORD: 'without-an-end',
      MEDIA_WORKERS: '3',
      MEDIA_PORTS: '20000-20002',
    });
    expect([...requiredNames].filter((name) => !completed[name])).toEqual([]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
