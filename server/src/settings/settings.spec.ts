/** How settings are read, and that the annotated example tells the truth about them. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { allSettings, doubtsAbout, loadSettings, SettingsError } from './settings.js';
import type { Setting } from './setting.js';

const noFile = () => undefined;

function faultsOf(
  environment: Record<string, string>,
  readFile: (path: string) => string | undefined = noFile,
): string[] {
  try {
    loadSettings(environment, readFile);
  } catch (error) {
    return (error as SettingsError).faults;
  }

  return [];
}

describe('the settings', () => {
  it('have a default that works on a laptop', () => {
    const settings = loadSettings({}, noFile);

    expect(settings.http).toMatchObject({ port: 3000, host: '0.0.0.0', publicUrl: undefined });
    expect(settings.media).toMatchObject({ workers: availableParallelism(), port: 20_000, listenAddress: 'auto' });
    expect(settings.media.iceServers).toEqual([]);
    expect(settings.auth).toMatchObject({ jwtSecret: undefined, guestsAllowed: true, registrationOpen: true });
  });

  it('come from the file, and before it from the environment', () => {
    const file = 'PORT=4000\nHOST=::\n# a comment\nGUESTS_ALLOWED=false\n';
    const { http, auth } = loadSettings({ PORT: '5000' }, () => file);

    expect(http).toMatchObject({ port: 5000, host: '::' });
    expect(auth.guestsAllowed).toBe(false);
  });

  it('are read from the file that MINIMEET_ENV_FILE names, otherwise from minimeet.env', () => {
    const paths: string[] = [];
    const readFile = (path: string) => {
      paths.push(path);
      return '';
    };
    loadSettings({}, readFile);
    loadSettings({ MINIMEET_ENV_FILE: '/etc/minimeet.env' }, readFile);

    expect(paths).toEqual(['./minimeet.env', '/etc/minimeet.env']);
  });

  it('count as not given where they are empty, as a compose file passes them on', () => {
    expect(loadSettings({ PORT: '', PUBLIC_URL: ' ' }, noFile).http).toMatchObject({
      port: 3000,
      publicUrl: undefined,
    });
  });

  it('have one line for each fault', () => {
    expect(
      faultsOf({
        PORT: 'eighty',
        HOST: 'not a host',
        LOG_LEVEL: 'loud',
        GUESTS_ALLOWED: 'perhaps',
        MEDIA_WORKERS: '0',
      }),
    ).toEqual([
      'PORT must be a whole number from 0 to 65535, not "eighty"',
      'HOST must be an IP address or a host name, not "not a host"',
      'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, not "loud"',
      'GUESTS_ALLOWED must be true or false, not "perhaps"',
      'MEDIA_WORKERS must be auto or a whole number from 1 to 128, not "0"',
    ]);
  });

  it.each([
    ['MEDIA_LISTEN_ADDRESS', 'example.org'],
    ['MEDIA_MAX_INCOMING_BITRATE', '3e6'],
    ['PUBLIC_URL', 'ftp://example.org'],
    ['ADMIN_EMAIL', 'ada'],
    ['MAX_PARTICIPANTS_PER_ROOM', '1000'],
    ['PORT', '-1'],
    ['PORT', '1.5'],
    ['PUBLIC_URL', 'https://example.org/meet?room=1'],
    ['PUBLIC_URL', 'https://ada:secret@example.org'],
    ['TRUSTED_PROXIES', 'loopback, proxy'],
    ['MEDIA_LISTEN_ADDRESS', '224.0.0.1'],
    ['MEDIA_LISTEN_ADDRESS', '0.0.0.0,10.0.0.1'],
    ['MEDIA_LISTEN_ADDRESS', 'auto,10.0.0.1'],
    ['MEDIA_ANNOUNCED_ADDRESS', '0.0.0.0'],
    ['MEDIA_ANNOUNCED_ADDRESS', '::'],
    ['MEDIA_ANNOUNCED_ADDRESS', '203.0.113.7,0:0::0'],
    ['MEDIA_ANNOUNCED_ADDRESS', '224.0.0.251'],
    ['MEDIA_ANNOUNCED_ADDRESS', 'ff02::1'],
    ['MEDIA_ANNOUNCED_ADDRESS', '255.255.255.255'],
    ['MEDIA_ANNOUNCED_ADDRESS', '169.254.1.1'],
    ['MEDIA_ANNOUNCED_ADDRESS', 'fe80::1'],
    ['MEDIA_ANNOUNCED_ADDRESS', 'fe80::1%eth0'],
    ['MEDIA_ANNOUNCED_ADDRESS', '::ffff:203.0.113.7'],
    ['MEDIA_ANNOUNCED_ADDRESS', '203.0.113.7:20000'],
    ['MEDIA_ANNOUNCED_ADDRESS', 'meet.example.org:20000'],
    ['MEDIA_ANNOUNCED_ADDRESS', '[2001:db8::7]'],
    ['MEDIA_ANNOUNCED_ADDRESS', '[2001:db8::7]:20000'],
    ['MEDIA_ANNOUNCED_ADDRESS', '203.0.113.300'],
    ['MEDIA_ANNOUNCED_ADDRESS', 'https://meet.example.org'],
    ['MEDIA_ANNOUNCED_ADDRESS', '203.0.113.7,'],
    ['MEDIA_ANNOUNCED_ADDRESS', '203.0.113.7 192.168.1.20'],
  ])('refuse %s=%s', (name, value) => {
    const faults = faultsOf({ [name]: value });
    expect(faults).toEqual([expect.stringMatching(new RegExp(`^${name} must `))]);
    expect(faults[0]?.endsWith(`, not "${value}"`)).toBe(true);
  });

  it('take a secret from a file of its own, and say what is wrong with one', () => {
    const key = 'k'.repeat(32);
    const files = new Map([
      ['/run/secrets/jwt', `${key}\n`],
      ['/run/secrets/empty', '\n'],
    ]);
    const read = (path: string) => files.get(path);
    expect(loadSettings({ JWT_SECRET_FILE: '/run/secrets/jwt' }, read).auth.jwtSecret).toBe(key);
    expect(faultsOf({ JWT_SECRET_FILE: '/run/secrets/none' }, read)).toEqual([
      'JWT_SECRET_FILE names a file that does not exist: /run/secrets/none',
    ]);
    expect(faultsOf({ REDIS_URL_FILE: '/run/secrets/empty' }, read)).toEqual([
      'REDIS_URL_FILE names a file that is empty: /run/secrets/empty',
    ]);
    expect(faultsOf({ JWT_SECRET_FILE: '/run/secrets/jwt', JWT_SECRET: key }, read)).toEqual([
      'JWT_SECRET and JWT_SECRET_FILE must not both be given',
    ]);
  });

  it('take several media addresses, and each once', () => {
    const { media } = loadSettings(
      {
        MEDIA_LISTEN_ADDRESS: '10.0.0.7, ::',
        MEDIA_ANNOUNCED_ADDRESS: '203.0.113.7, 2001:DB8::7,meet.example.org,203.0.113.7',
      },
      noFile,
    );

    expect(media.listenAddress).toEqual(['10.0.0.7', '::']);
    expect(media.announcedAddress).toEqual(['203.0.113.7', '2001:db8::7', 'meet.example.org']);
  });

  it('take an address with a path, but for those that the server has itself', () => {
    const { http } = loadSettings({ PUBLIC_URL: 'https://Example.org/tools/meet/' }, noFile);

    expect(http.publicUrl).toBe('https://example.org/tools/meet');
    expect(faultsOf({ PUBLIC_URL: 'https://example.org/rooms/meet' })).toEqual([
      expect.stringMatching(/^PUBLIC_URL may not have a path that begins with \/rooms/),
    ]);
  });

  it.each([
    ['JWT_SECRET', 'short'],
    ['ADMIN_PASSWORD', 'secret1'],
    ['ICE_SERVERS', '[{"credential": "secret1"}]'],
  ])('never repeat the wrong value of %s', (name, value) => {
    const [fault] = faultsOf({ [name]: value });

    expect(fault).toMatch(new RegExp(`^${name} must `));
    expect(fault).not.toContain(value);
  });

  it.each([
    'mongodb://chat.example.org/minimeet',
    'mongodb://ada:p%40ss@one:27017,other:27017/minimeet?replicaSet=rs0',
    'mongodb://[::1]:27017,one',
    'mongodb+srv://ada:secret@chat.example.org/minimeet',
  ])('take %s as the address of MongoDB', (address) => {
    expect(loadSettings({ MONGODB_URL: address }, noFile).storage.mongodbUrl).toBe(address);
  });

  it.each(['chat.example.org', 'mysql://one/minimeet', 'mongodb://', 'mongodb://one:port', 'mongodb://one,/minimeet'])(
    'refuse %s as the address of MongoDB',
    (address) => {
      expect(faultsOf({ MONGODB_URL: address })).toEqual([
        'MONGODB_URL must be an address like mongodb://user:password@host:27017/minimeet',
      ]);
    },
  );

  it('refuse a name in the file that is no setting, such as a misspelt one', () => {
    expect(faultsOf({}, () => 'MINIMEET_PORT=80\nHOST=::')).toEqual([
      'MINIMEET_PORT in ./minimeet.env is not a setting of MiniMeet',
    ]);
  });

  it('refuse a file that is named and missing', () => {
    expect(faultsOf({ MINIMEET_ENV_FILE: '/nowhere' })).toEqual([
      'MINIMEET_ENV_FILE names a file that does not exist: /nowhere',
    ]);
  });

  it('want address and password of the first administrator together', () => {
    expect(faultsOf({ ADMIN_EMAIL: 'ada@example.org' })).toEqual([
      'ADMIN_EMAIL and ADMIN_PASSWORD must be given together',
    ]);
    expect(faultsOf({ ADMIN_EMAIL: 'ada@example.org', ADMIN_PASSWORD: 'long enough' })).toEqual([]);
  });

  it('want a port for metrics that is not everybody’s, and a token that cannot be guessed and fits into a header', () => {
    expect(faultsOf({ PORT: '3000', METRICS_PORT: '3000' })).toEqual([
      'METRICS_PORT and PORT must differ; without METRICS_PORT, /metrics is on PORT',
    ]);
    expect(faultsOf({ METRICS_PORT: '9464', METRICS_TOKEN: 'a'.repeat(16) })).toEqual([]);
    const requirement = 'METRICS_TOKEN must have 16 to 1000 letters, digits and the characters -._~+/=';
    expect(faultsOf({ METRICS_TOKEN: 'too short' })).toEqual([requirement]);
    expect(faultsOf({ METRICS_TOKEN: 'long enough, with a space' })).toEqual([requirement]);
  });

  it('want the certificate and its key together', () => {
    expect(faultsOf({ TLS_CERT_FILE: 'cert.pem' })).toEqual(['TLS_CERT_FILE and TLS_KEY_FILE must be given together']);
    expect(faultsOf({ TLS_CERT_FILE: 'cert.pem', TLS_KEY_FILE: 'key.pem' })).toEqual([]);
  });

  it('take origins as browsers write them, and nothing that no page can have', () => {
    const named = ' https://app.example.org/, http://localhost:8080';

    expect(loadSettings({ ALLOWED_ORIGINS: named }, noFile).http.allowedOrigins).toEqual([
      'https://app.example.org',
      'http://localhost:8080',
    ]);
    for (const wrong of [
      '*',
      'null',
      'app.example.org',
      'https://app.example.org/page',
      'https://a.org:443',
      'ws://a',
    ]) {
      expect(faultsOf({ ALLOWED_ORIGINS: wrong })).toEqual([
        `ALLOWED_ORIGINS must be a comma-separated list of origins like https://app.example.org, not "${wrong}"`,
      ]);
    }
  });

  it('want a port for each media worker', () => {
    expect(faultsOf({ MEDIA_PORT: '65535', MEDIA_WORKERS: '2' })).toEqual([
      'MEDIA_PORT 65535 leaves too few ports for 2 media workers',
    ]);
  });

  it('raise a doubt where servers share Redis but neither the key of tokens nor their addresses', () => {
    const doubts = (environment: Record<string, string>) => doubtsAbout(loadSettings(environment, noFile));
    const shared = { REDIS_URL: 'redis://cache.example.org' };
    const complete = { JWT_SECRET: 'k'.repeat(32), PUBLIC_URL: 'https://meet.example.org' };

    expect(doubts(shared)).toEqual([
      expect.stringMatching(/^REDIS_URL without JWT_SECRET: /),
      expect.stringMatching(/^REDIS_URL without PUBLIC_URL: /),
    ]);
    expect(doubts({ ...shared, ...complete })).toEqual([]);
    expect(doubts({})).toEqual([]);
  });

  it('take ICE servers as JSON', () => {
    const servers = [{ urls: ['turn:turn.example.org:3478'], username: 'ada', credential: 'secret' }];

    expect(loadSettings({ ICE_SERVERS: JSON.stringify(servers) }, noFile).media.iceServers).toEqual(servers);
  });
});

describe('config/minimeet.example.env', () => {
  const example = readFileSync(new URL('../../../config/minimeet.example.env', import.meta.url), 'utf8');
  const documented = ({ description, name, default: value }: Setting) => `# ${description}\n#${name}=${value}\n`;

  it('documents each setting with its description and default, in the order of the table', () => {
    const [, ...blocks] = example.split('\n\n').map((block) => `${block.trimEnd()}\n`);

    expect(blocks).toEqual(allSettings().map(documented));
  });

  it('is a settings file that changes nothing, as it is and with every line taken into use', () => {
    const defaults = loadSettings({}, noFile);

    expect(loadSettings({}, () => example)).toEqual(defaults);
    expect(loadSettings({}, () => example.replace(/^#(?=[A-Z_]+=)/gm, ''))).toEqual(defaults);
  });
});
