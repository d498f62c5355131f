/** Every setting of the server, named once, with its type, default and description. */
import { availableParallelism, hostname } from 'node:os';
import { resolve } from 'node:path';
import { emailSchema, iceServerSchema, limits, passwordSchema } from '@minimeet/protocol';
import { z } from 'zod';
import { readAnnouncedAddresses, readListenAddresses } from './media-addresses.js';
import {
  hostName,
  oneOf,
  secretSetting,
  setting,
  textThat,
  textWith,
  wholeNumber,
  yesOrNo,
  type Setting,
} from './setting.js';

const portNumber = wholeNumber(0, 65_535);
const bitrate = wholeNumber(50_000, 1_000_000_000);
/** 0 stands for no limit. */
const bitrateOrAny = (max: number) =>
  textThat(`must be 0 or a whole number from 50000 to ${max}`, (text) =>
    text === '0' ? 0 : wholeNumber(50_000, max).safeParse(text).data,
  );
const participants = wholeNumber(0, limits.maxParticipants);
const requests = wholeNumber(1, 1_000_000);

/** As browsers write it, without a slash at the end. */
const webAddress = textThat('must be an address like https://meet.example.org or https://example.org/meet', (text) => {
  const address = z.url({ protocol: /^https?$/ }).safeParse(text).success ? new URL(text) : undefined;

  return address && address.origin + address.pathname.replace(/\/+$/, '') === address.href.replace(/\/+$/, '')
    ? address.href.replace(/\/+$/, '')
    : undefined;
});

const origins = textThat('must be a comma-separated list of origins like https://app.example.org', (text) => {
  const named = text.split(',').map((origin) => origin.trim().replace(/\/$/, ''));

  // As browsers write them in the header Origin, which they are compared with.
  return named.every((origin) => /^https?:/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin)
    ? named
    : undefined;
});

const proxy = z.union([z.enum(['loopback', 'linklocal', 'uniquelocal']), z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

const proxies = textThat('must be a comma-separated list of addresses and subnets', (text) => {
  const names = text.split(',').map((name) => name.trim());

  return z.array(proxy).safeParse(names).data;
});

const iceServers = textThat(
  'must be a JSON array of {"urls": ["stun:…"], "username"?: "…", "credential"?: "…"}',
  (text) => {
    try {
      return z.array(iceServerSchema).safeParse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  },
);

/** Reads the address of a database, for example `redis://` and what follows. */
function databaseAddress(protocols: string[], example: string) {
  return textThat(`must be an address like ${example}`, (text) => {
    const address = URL.canParse(text) ? new URL(text) : undefined;
    return address && protocols.includes(address.protocol) ? text : undefined;
  });
}

/**
 * A replica set's address names several servers, each with its port, which no URL may. Otherwise it is one, and the driver
 * reads the rest: https://www.mongodb.com/docs/manual/reference/connection-string/
 */
const mongodbAddress = textThat('must be an address like mongodb://user:password@host:27017/minimeet', (text) => {
  const [, beginning, servers, rest] = /^(mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?)([^@/?]+)(.*)$/.exec(text) ?? [];

  return servers?.split(',').every((server) => server && URL.canParse(`${beginning}${server}${rest}`))
    ? text
    : undefined;
});

const turnAddresses = textThat(
  'must be a comma-separated list of addresses like turn:turn.example.org:3478',
  (text) => {
    const addresses = text.split(',').map((address) => address.trim());
    return addresses.every((address) => /^turns?:[^\s:?]+(:\d{1,5})?(\?transport=(udp|tcp))?$/.test(address))
      ? addresses
      : undefined;
  },
);

export const settingTable = {
  http: {
    port: setting('PORT', portNumber, '3000', 'TCP port of pages, REST API and sockets. 0 takes any free port.'),
    host: setting('HOST', hostName, '0.0.0.0', 'Address to listen on; :: listens on IPv6 as well.'),
    publicUrl: setting(
      'PUBLIC_URL',
      webAddress.optional(),
      '',
      'Address under which people reach the server, for example https://meet.example.org behind a proxy.',
    ),
    allowedOrigins: setting(
      'ALLOWED_ORIGINS',
      origins.optional().transform((named) => named ?? []),
      '',
      'Origins of other web pages that may call the REST API and open sockets from a browser, comma-separated: https://app.example.org. Pages of this server and of those that share its databases always may.',
    ),
    tlsCertFile: setting(
      'TLS_CERT_FILE',
      textThat('must be a file', (text) => resolve(text)).optional(),
      '',
      'PEM file with the certificate and its chain, where the server itself answers by HTTPS and no proxy does. Read again when it changes.',
    ),
    tlsKeyFile: setting(
      'TLS_KEY_FILE',
      textThat('must be a file', (text) => resolve(text)).optional(),
      '',
      'PEM file with the private key of TLS_CERT_FILE.',
    ),
    trustedProxies: setting(
      'TRUSTED_PROXIES',
      proxies,
      'loopback',
      'Proxies whose X-Forwarded-For is believed: comma-separated addresses and subnets; loopback, linklocal and uniquelocal name the usual ones.',
    ),
    shutdownTimeoutSeconds: setting(
      'SHUTDOWN_TIMEOUT',
      wholeNumber(1, 600),
      '10',
      'Seconds that the server may take to tell participants and close when it is stopped.',
    ),
    drainSeconds: setting(
      'SHUTDOWN_DRAIN',
      wholeNumber(0, 86_400),
      '5',
      'Seconds for which meetings may go on before that when the server is told to stop by SIGTERM; no others begin meanwhile. Ctrl-C does not wait.',
    ),
  },
  storage: {
    dataDirectory: setting(
      'DATA_DIR',
      textThat('must be a folder', (text) => resolve(text)),
      './data',
      'Folder of the embedded database and of generated secrets. Made when it is missing.',
    ),
    mysqlUrl: secretSetting(
      'MYSQL_URL',
      databaseAddress(['mysql:', 'mariadb:'], 'mysql://user:password@host:3306/minimeet').optional(),
      '',
      'MySQL 8 or MariaDB 10.11 and later, for users, rooms and the record of meetings: mysql://user:password@host:3306/minimeet. Without it, they are kept in DATA_DIR.',
    ),
    mysqlTls: setting(
      'MYSQL_TLS',
      oneOf('off', 'on'),
      'off',
      'Whether the connection to MySQL is encrypted, and its certificate checked: on or off.',
    ),
    mysqlCaFile: setting(
      'MYSQL_CA_FILE',
      textThat('must be a file', (text) => resolve(text)).optional(),
      '',
      'PEM file with the certificate authorities that MYSQL_TLS trusts, where they are not those of the system.',
    ),
    mysqlPoolSize: setting('MYSQL_POOL_SIZE', wholeNumber(1, 1000), '10', 'Most connections to MySQL at one time.'),
    mongodbUrl: secretSetting(
      'MONGODB_URL',
      mongodbAddress.optional(),
      '',
      'MongoDB 7 or later, for chat: mongodb://user:password@host:27017/minimeet. Without it, chat is kept in DATA_DIR.',
    ),
    redisUrl: secretSetting(
      'REDIS_URL',
      textThat('must be an address like redis://user:password@host:6379', (text) =>
        /^rediss?(\+sentinel)?:\/\/\S+$/.test(text) ? text : undefined,
      ).optional(),
      '',
      'Redis 7 or later, for live statistics, rate limits and what several servers tell each other: redis://user:password@host:6379/0, rediss:// with TLS, redis+sentinel://user:password@host:26379,host:26379/service/0 through Sentinels. Without it, they are in memory.',
    ),
    redisPrefix: setting(
      'REDIS_PREFIX',
      textThat('must have 1 to 64 letters, digits, dots, hyphens and underscores', (text) =>
        /^[\w.-]{1,64}$/.test(text) ? text : undefined,
      ),
      'minimeet',
      'What every key and channel in Redis begins with: a different one for each installation that shares a Redis, the same for all servers of one.',
    ),
    redisCaFile: setting(
      'REDIS_CA_FILE',
      textThat('must be a file', (text) => resolve(text)).optional(),
      '',
      'PEM file with the certificate authorities that rediss:// trusts, where they are not those of the system.',
    ),
    startTimeoutSeconds: setting(
      'DATABASE_START_TIMEOUT',
      wholeNumber(1, 3600),
      '60',
      'Seconds that the server waits at its start for the databases that are named here.',
    ),
    chatRetentionDays: setting(
      'CHAT_RETENTION_DAYS',
      wholeNumber(1, 36_500).optional(),
      '',
      'Days after which chat messages are deleted. Without it, they stay as long as their room.',
    ),
  },
  retention: {
    guestDays: setting(
      'GUEST_RETENTION_DAYS',
      wholeNumber(0, 36_500),
      '30',
      'Days after which guests are deleted who have not come by since and own no room. 0 keeps them for ever.',
    ),
    guestRoomDays: setting(
      'GUEST_ROOM_RETENTION_DAYS',
      wholeNumber(0, 36_500),
      '90',
      'Days after which rooms of guests are deleted, with their chat, in which no meeting was since and whose owners have not come by. Rooms of accounts stay. 0 keeps them for ever.',
    ),
    historyDays: setting(
      'HISTORY_RETENTION_DAYS',
      wholeNumber(0, 36_500),
      '0',
      'Days after which the record of a meeting is deleted: who was in it, and what was done there. Sums over all meetings stay. 0 keeps it for ever.',
    ),
  },
  cluster: {
    serverName: setting(
      'SERVER_NAME',
      textThat('must have 1 to 64 letters, digits, dots, hyphens and underscores', (text) =>
        /^[\w.-]{1,64}$/.test(text) ? text : undefined,
      )
        .optional()
        .transform((name) => name ?? hostname()),
      '',
      'Name of this server, a different one for each that shares the databases. Without it, the name of the machine.',
    ),
  },
  log: {
    level: setting(
      'LOG_LEVEL',
      oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
      'info',
      'Least severe lines that are logged: fatal, error, warn, info, debug, trace or silent.',
    ),
    format: setting(
      'LOG_FORMAT',
      oneOf('auto', 'pretty', 'json').transform((format) =>
        format === 'auto' ? (process.stdout.isTTY ? 'pretty' : 'json') : format,
      ),
      'auto',
      'pretty for people, json for log collectors, auto for pretty on a terminal and json elsewhere.',
    ),
  },
  metrics: {
    port: setting(
      'METRICS_PORT',
      portNumber.optional(),
      '',
      'TCP port of its own for /metrics, for Prometheus. Without it, /metrics is on PORT: for whoever has METRICS_TOKEN, and without one for programs on this machine that connect without a proxy.',
    ),
    host: setting('METRICS_HOST', hostName, '127.0.0.1', 'Address on which METRICS_PORT listens.'),
    token: secretSetting(
      'METRICS_TOKEN',
      textThat('must have 16 to 1000 letters, digits and the characters -._~+/=', (text) =>
        /^[\w.~+/=-]{16,1000}$/.test(text) ? text : undefined,
      ).optional(),
      '',
      'What whoever reads /metrics must send, on either port: Authorization: Bearer and this token, at least 16 characters.',
    ),
  },
  auth: {
    jwtSecret: secretSetting(
      'JWT_SECRET',
      textThat('must have at least 32 characters', (text) => (text.length >= 32 ? text : undefined)).optional(),
      '',
      'Key that signs access tokens, at least 32 characters. Without one, it is generated once and kept in DATA_DIR.',
    ),
    apiKeySecret: secretSetting(
      'API_KEY_SECRET',
      textThat('must have at least 32 characters', (text) => (text.length >= 32 ? text : undefined)).optional(),
      '',
      'Key from which the secrets of API keys are made, at least 32 characters; the same on all servers. Without one, it is kept in DATA_DIR: at first the key of access tokens, and no other when that changes.',
    ),
    accessTokenLifetimeSeconds: setting(
      'ACCESS_TOKEN_LIFETIME',
      wholeNumber(60, 31_536_000),
      '900',
      'Seconds for which an access token is valid; clients renew it by themselves.',
    ),
    refreshTokenLifetimeSeconds: setting(
      'REFRESH_TOKEN_LIFETIME',
      wholeNumber(60, 31_536_000),
      '2592000',
      'Seconds for which somebody stays logged in who does not come by; each renewal of the access token begins them anew.',
    ),
    maxJoinTokenLifetimeSeconds: setting(
      'JOIN_TOKEN_MAX_LIFETIME',
      wholeNumber(60, limits.joinTokenSeconds),
      '86400',
      'Most seconds for which a join token of a host application may be valid, and for which whoever came with one may come back.',
    ),
    adminEmail: setting(
      'ADMIN_EMAIL',
      textThat('must be an e-mail address', (text) => emailSchema.safeParse(text).data).optional(),
      '',
      'E-mail address of an administrator who is made when the server starts and has none with this address.',
    ),
    adminPassword: secretSetting(
      'ADMIN_PASSWORD',
      textThat(
        `must have ${limits.passwordMin} to ${limits.passwordMax} characters`,
        (text) => passwordSchema.safeParse(text).data,
      ).optional(),
      '',
      'The first password of that administrator. Later starts do not change it.',
    ),
    guestsAllowed: setting('GUESTS_ALLOWED', yesOrNo, 'true', 'Whether people may meet without an account.'),
    registrationOpen: setting(
      'REGISTRATION_OPEN',
      yesOrNo,
      'true',
      'Whether people may make their own accounts; false leaves that to administrators.',
    ),
  },
  media: {
    workers: setting(
      'MEDIA_WORKERS',
      textThat('must be auto or a whole number from 1 to 128', (text) =>
        text === 'auto' ? availableParallelism() : wholeNumber(1, 128).safeParse(text).data,
      ),
      'auto',
      'Media workers, each a process that uses one core; auto starts one for each core.',
    ),
    workerTimeoutSeconds: setting(
      'MEDIA_WORKER_TIMEOUT',
      wholeNumber(2, 600),
      '6',
      'Seconds without an answer after which a media worker counts as hung. It is then killed and replaced, and its participants continue on another worker.',
    ),
    spreadLoadPercent: setting(
      'MEDIA_SPREAD_LOAD',
      wholeNumber(1, 100),
      '50',
      'Percent of a core that a media worker may use before those who come to its meetings are placed on another worker with less to do.',
    ),
    port: setting(
      'MEDIA_PORT',
      portNumber,
      '20000',
      'First port for media; each worker uses one, for UDP and TCP: 20000, 20001, … 0 takes any free ports.',
    ),
    listenAddress: setting(
      'MEDIA_LISTEN_ADDRESS',
      textWith(readListenAddresses, 'must be auto or IP addresses'),
      'auto',
      'Addresses that take media, comma-separated: 10.0.0.7,2001:db8::7. auto uses every IPv4 and IPv6 address of this machine.',
    ),
    announcedAddress: setting(
      'MEDIA_ANNOUNCED_ADDRESS',
      textWith(readAnnouncedAddresses, 'must be IP addresses and host names').optional(),
      '',
      'IP addresses and host names at which clients reach the media ports, comma-separated, where these are not the ones listened on (NAT, containers): 203.0.113.7,192.168.1.20. Names are resolved by the server, and again when that changes.',
    ),
    maxIncomingBitrate: setting(
      'MEDIA_MAX_INCOMING_BITRATE',
      bitrate,
      '3000000',
      'Most that one participant may send, in bit/s; senders adapt to it, and who sends more than twice as much is put out.',
    ),
    initialOutgoingBitrate: setting(
      'MEDIA_INITIAL_OUTGOING_BITRATE',
      bitrate,
      '1000000',
      'What a participant is assumed to be able to receive before that is measured, in bit/s.',
    ),
    maxOutgoingBitrate: setting(
      'MEDIA_MAX_OUTGOING_BITRATE',
      bitrateOrAny(1_000_000_000),
      '0',
      'Most that one participant is sent, in bit/s. 0 is no limit but that of their connection.',
    ),
    logLevel: setting(
      'MEDIA_LOG_LEVEL',
      oneOf('debug', 'warn', 'error', 'none'),
      'warn',
      'Least severe lines of the media workers that are logged: debug, warn, error or none.',
    ),
    iceServers: secretSetting(
      'ICE_SERVERS',
      iceServers,
      '[]',
      'STUN and TURN servers given to clients, as a JSON array: [{"urls": ["turn:turn.example.org:3478"], "username": "u", "credential": "p"}].',
    ),
    turnUrls: setting(
      'TURN_URLS',
      turnAddresses.optional(),
      '',
      'TURN servers for participants who reach the media ports in no other way, comma-separated: turn:turn.example.org:3478, turns:turn.example.org:5349?transport=tcp.',
    ),
    turnSecret: secretSetting(
      'TURN_SECRET',
      textThat('must have at least 16 characters', (text) => (text.length >= 16 ? text : undefined)).optional(),
      '',
      'Secret that these TURN servers share with MiniMeet (use-auth-secret of coturn): each participant gets a user name and password of their own that expire.',
    ),
    turnCredentialLifetimeSeconds: setting(
      'TURN_CREDENTIAL_LIFETIME',
      wholeNumber(60, 604_800),
      '43200',
      'Seconds for which such a password is valid; a longer meeting asks for another.',
    ),
  },
  meetings: {
    reconnectGraceSeconds: setting(
      'RECONNECT_GRACE',
      wholeNumber(0, 600),
      '30',
      'Seconds for which the seat of a participant is kept whose connection was lost; media goes on meanwhile.',
    ),
  },
  forwarding: {
    voices: setting(
      'MEETING_VOICES',
      wholeNumber(1, 50),
      '4',
      'Voices that one participant receives at one time: the loudest, then whoever spoke last.',
    ),
    hiddenVideoUpTo: setting(
      'MEETING_HIDDEN_VIDEO_UP_TO',
      participants,
      '12',
      'Participants up to which cameras and screens that somebody does not see are kept at hand, paused, so that they appear sooner.',
    ),
    silentVoicesUpTo: setting(
      'MEETING_SILENT_VOICES_UP_TO',
      participants,
      '20',
      'Participants up to which every microphone is kept at hand, paused, so that a voice begins without a negotiation; beyond, those who spoke lately.',
    ),
    unseenSeconds: setting(
      'MEETING_UNSEEN_VIDEO_SECONDS',
      wholeNumber(1, 3600),
      '30',
      'Seconds for which a camera or screen is kept at hand in a larger meeting after it was seen last.',
    ),
    maxMeetingBitrate: setting(
      'MEETING_MAX_BITRATE',
      bitrateOrAny(100_000_000_000),
      '0',
      'Most that one meeting may send to all its participants together, in bit/s; pictures become smaller, then fewer. 0 is no limit.',
    ),
  },
  limits: {
    maxParticipantsPerRoom: setting(
      'MAX_PARTICIPANTS_PER_ROOM',
      wholeNumber(2, limits.maxParticipants),
      String(limits.maxParticipants),
      'Most participants that a room may be made for.',
    ),
    maxParticipants: setting(
      'MAX_PARTICIPANTS',
      wholeNumber(0, 1_000_000),
      '0',
      'Most participants in all meetings of this server together, those whose seat is kept among them. 0 is no limit.',
    ),
    maxSeatsPerUser: setting(
      'MAX_SEATS_PER_USER',
      wholeNumber(1, 1000),
      '5',
      'Participants that one user may be in one meeting, one for each window and device.',
    ),
    seatsPerAddressPercent: setting(
      'ROOM_SEATS_PER_ADDRESS',
      wholeNumber(1, 100),
      '90',
      'Percent of the seats of a meeting of more than ten that guests from one address may have; accounts, members and the owner do not count. An office or a school often shares one address.',
    ),
    lobbyPlacesPerAddressPercent: setting(
      'LOBBY_PLACES_PER_ADDRESS',
      wholeNumber(1, 100),
      '50',
      'Percent of the places in the lobby of a room that guests from one address may have.',
    ),
    maxConnectionsPerAddress: setting(
      'MAX_CONNECTIONS_PER_ADDRESS',
      requests,
      '2000',
      'Sockets from one address at one time. An office or a school often shares one address.',
    ),
    maxConnectionsPerUser: setting(
      'MAX_CONNECTIONS_PER_USER',
      requests,
      '50',
      'Sockets of one user at one time, one for each window and device.',
    ),
    maxSocketBacklogBytes: setting(
      'MAX_SOCKET_BACKLOG',
      wholeNumber(100_000, 1_000_000_000),
      '4000000',
      'Bytes that may wait for a socket whose client does not read fast enough; with more it is disconnected, and its seat is kept.',
    ),
    maxTotalSocketBacklogBytes: setting(
      'MAX_TOTAL_SOCKET_BACKLOG',
      wholeNumber(100_000, 100_000_000_000),
      '256000000',
      'Bytes that may wait for all sockets together; when it would be more, those with the most are disconnected, and their seats are kept.',
    ),
    addressConnectionsPerMinute: setting(
      'RATE_LIMIT_ADDRESS_CONNECTIONS',
      requests,
      '3000',
      'Sockets a minute that may be opened from one address.',
    ),
    userConnectionsPerMinute: setting(
      'RATE_LIMIT_USER_CONNECTIONS',
      requests,
      '240',
      'Sockets a minute that one user may open.',
    ),
    addressJoinsPerMinute: setting(
      'RATE_LIMIT_ADDRESS_JOINS',
      requests,
      '3000',
      'Requests a minute to join a meeting from one address, granted or not.',
    ),
    userJoinsPerMinute: setting(
      'RATE_LIMIT_USER_JOINS',
      requests,
      '120',
      'Requests a minute of one user to join a meeting, granted or not.',
    ),
    socketRequestsPerSecond: setting(
      'RATE_LIMIT_SOCKET_REQUESTS',
      requests,
      '50',
      'Requests a second that one socket may send in the long run.',
    ),
    socketRequestBurst: setting(
      'RATE_LIMIT_SOCKET_BURST',
      requests,
      '200',
      'Requests that one socket may send beyond that within ten seconds, as when it joins a large meeting.',
    ),
    userRequestsPer10Seconds: setting(
      'RATE_LIMIT_USER_REQUESTS',
      requests,
      '1500',
      'Requests in ten seconds from all sockets of one user together.',
    ),
    addressRequestsPer10Seconds: setting(
      'RATE_LIMIT_ADDRESS_REQUESTS',
      requests,
      '30000',
      'Requests in ten seconds from all sockets of one address together.',
    ),
    mediaRequestsPer10Seconds: setting(
      'RATE_LIMIT_MEDIA_REQUESTS',
      requests,
      '100',
      'Requests in ten seconds from one socket of each kind for which a media worker works: to send, to pause, to restart ICE and the like.',
    ),
    userMediaPointsPer10Seconds: setting(
      'RATE_LIMIT_USER_MEDIA_POINTS',
      requests,
      '150',
      'What one user may ask in ten seconds that gives all others of a meeting something to receive, in points: each request has one, and one more for every eight participants, ten at most.',
    ),
    socketRefusalsPer10Seconds: setting(
      'RATE_LIMIT_SOCKET_REFUSALS',
      requests,
      '300',
      'Requests beyond these limits that one socket gets an answer to in ten seconds; after five times as many it is disconnected.',
    ),
    chatMessagesPer10Seconds: setting(
      'RATE_LIMIT_CHAT_MESSAGES',
      requests,
      '20',
      'Chat messages in ten seconds from one socket; as many searches, and as many reactions.',
    ),
    userChatMessagesPer10Seconds: setting(
      'RATE_LIMIT_USER_CHAT_MESSAGES',
      requests,
      '40',
      'The same from all sockets of one user together.',
    ),
    addressChatMessagesPer10Seconds: setting(
      'RATE_LIMIT_ADDRESS_CHAT_MESSAGES',
      requests,
      '1000',
      'The same from all sockets of one address together, and as many pages of the chat’s history.',
    ),
    userHistoryPagesPer10Seconds: setting(
      'RATE_LIMIT_CHAT_HISTORY',
      requests,
      '60',
      'Pages of the chat’s history in ten seconds that all sockets of one user may ask for together.',
    ),
    guestsPerHour: setting(
      'RATE_LIMIT_GUESTS',
      requests,
      '3000',
      'Guests an hour that may come from one address. An office or a school often shares one address.',
    ),
    guestRoomsPerHour: setting(
      'RATE_LIMIT_GUEST_ROOMS',
      requests,
      '20',
      'Rooms an hour that one guest may make; twenty times as many that all guests from one address may.',
    ),
    accountRoomsPerHour: setting(
      'RATE_LIMIT_ACCOUNT_ROOMS',
      requests,
      '1000',
      'Rooms an hour that one account may make, its host applications among them.',
    ),
    maxRoomsPerGuest: setting('MAX_ROOMS_PER_GUEST', requests, '50', 'Rooms that one guest may have.'),
    restRequestsPerMinute: setting(
      'RATE_LIMIT_REST_REQUESTS',
      requests,
      '600',
      'REST requests a minute from one address. An office or a school often shares one address.',
    ),
    fileRequestsPerMinute: setting(
      'RATE_LIMIT_FILE_REQUESTS',
      requests,
      '30000',
      'Requests a minute from one address for files of the web client and of the API description. A page that is opened for the first time loads some twenty.',
    ),
    loginsPerMinute: setting(
      'RATE_LIMIT_LOGINS',
      requests,
      '20',
      'Attempts a minute from one address to log in, to register, to change a user or to make an API key.',
    ),
    doorAttemptsPerMinute: setting(
      'RATE_LIMIT_DOOR_ATTEMPTS',
      requests,
      '10',
      'Wrong passwords of rooms a minute from one account, and as many knocks at lobbies; ten times as many from one address.',
    ),
    failedLoginsPerAddress: setting(
      'RATE_LIMIT_FAILED_LOGINS',
      requests,
      '10',
      'Wrong passwords for one e-mail address from one address within a quarter of an hour; whether there is such an account does not matter.',
    ),
    failedLoginsFromAnywhere: setting(
      'RATE_LIMIT_FAILED_LOGINS_ANYWHERE',
      requests,
      '100',
      'The same from all addresses together. Whoever has so many can keep the account’s owner from logging in, so it is generous.',
    ),
  },
} satisfies Record<string, Record<string, Setting>>;
