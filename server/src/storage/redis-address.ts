/** Where Redis is and how to log in there, from the settings. */
import { readFileSync } from 'node:fs';
import type { RedisOptions } from 'ioredis';

export interface RedisSettings {
  redisUrl: string;
  /** What every key and channel begins with, so that several installations can share one Redis. */
  redisPrefix: string;
  /** PEM file of the certificate authorities that a `rediss` address trusts instead of the system's. */
  redisCaFile?: string | undefined;
}

export interface RedisAddress {
  options: RedisOptions;
  /** As operators know it, without user and password: `Redis at cache.example.org:6379`. */
  name: string;
  database: number;
}

const FORM = 'redis://user:password@host:6379/0 or redis+sentinel://user:password@host:26379,host:26379/service/0';

/**
 * One server, or several Sentinels that know which server is the master.
 *
 * @throws Error with one sentence where the address has what cannot be used
 */
export function redisAddress({ redisUrl, redisCaFile }: Omit<RedisSettings, 'redisPrefix'>): RedisAddress {
  const [, scheme, credentials = '', places, path = '', query] =
    /^(rediss?(?:\+sentinel)?):\/\/(?:([^@/?]*)@)?([^/?@]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(redisUrl) ?? [];

  if (scheme === undefined || places === undefined) {
    throw new Error(`REDIS_URL must be an address like ${FORM}`);
  }

  if (query) {
    throw new Error(
      `REDIS_URL has parameters (${query.replace(/=[^&]*/g, '')}), of which MiniMeet knows none; TLS is rediss://, its authority REDIS_CA_FILE`,
    );
  }

  const isSentinel = scheme.endsWith('+sentinel');
  const servers = places.split(',').map((place) => placeOf(place, isSentinel ? 26_379 : 6379));
  const parts = path === '' ? [] : path.split('/');
  const service = isSentinel ? decodeURIComponent(parts.shift() ?? '') : undefined;
  const [number = '0', ...rest] = parts.filter((part) => part !== '');

  if (service === '' || rest.length > 0 || !/^\d{1,9}$/.test(number) || (!isSentinel && servers.length > 1)) {
    throw new Error(`REDIS_URL must be an address like ${FORM}`);
  }

  const separator = credentials.indexOf(':');
  const user = decodeURIComponent(separator < 0 ? credentials : credentials.slice(0, separator));
  const password = separator < 0 ? '' : decodeURIComponent(credentials.slice(separator + 1));
  const tls = scheme.startsWith('rediss')
    ? redisCaFile === undefined
      ? {}
      : { ca: certificateAuthorities(redisCaFile) }
    : undefined;

  if (tls === undefined && redisCaFile !== undefined) {
    throw new Error('REDIS_CA_FILE needs an address with TLS: rediss:// or rediss+sentinel:// in REDIS_URL');
  }

  const [first] = servers;

  return {
    name: `Redis at ${places}`,
    database: Number(number),
    options: {
      db: Number(number),
      ...(user !== '' && { username: user }),
      ...(password !== '' && { password }),
      ...(tls && { tls }),
      ...(isSentinel
        ? { sentinels: servers, name: service!, ...(tls && { sentinelTLS: tls, enableTLSForSentinelMode: true }) }
        : { host: first!.host, port: first!.port }),
    },
  };
}

function placeOf(place: string, usualPort: number): { host: string; port: number } {
  const [, host, port] = /^(\[[\da-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(place) ?? [];

  if (host === undefined || Number(port ?? 1) > 65_535 || port === '0') {
    throw new Error(`REDIS_URL must be an address like ${FORM}`);
  }

  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? usualPort) };
}

function certificateAuthorities(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`REDIS_CA_FILE cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
