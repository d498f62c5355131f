/**
 * Which servers are there, so that two that cannot go together are found before they do harm: rooms would change hands between them, and
 * tokens of one would be none for the other.
 *
 * | key under `minimeet:1:cluster:` (REDIS_PREFIX) | content |
 * |---|---|
 * | `servers` | ids of those that were there lately |
 * | `server:<id>` | what one of them says of itself, as JSON; expires unless it is renewed |
 */
import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import { fromJson } from '../common/from-json.js';
import type { RedisConnections } from '../storage/redis.js';
import type { OwnServer } from './cluster.js';

/** Enters one server, and answers with what all say of themselves that are there. */
const ENTER = `
  redis.call('SET', KEYS[2] .. ARGV[1], ARGV[2], 'PX', ARGV[3])
  redis.call('SADD', KEYS[1], ARGV[1])
  local found = {}
  for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    local entry = redis.call('GET', KEYS[2] .. id)
    if entry then found[#found + 1] = entry else redis.call('SREM', KEYS[1], id) end
  end
  return found`;

const LEAVE = `
  redis.call('SREM', KEYS[1], ARGV[1])
  return redis.call('DEL', KEYS[2] .. ARGV[1])`;

const entrySchema = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string().nullable(),
  /** Digests, which tell whether secrets are the same and nothing else of them. */
  tokens: z.string(),
  apiKeys: z.string(),
  startedAt: z.number(),
  /** Grows with each renewal: what stands still is of a server that is dead. */
  renewals: z.number(),
});
type Entry = z.output<typeof entrySchema>;

export interface RosterTimes {
  /** Milliseconds for which an entry stays that is not renewed, and between two renewals. */
  expiry: number;
  renewal: number;
}

/** What has to be the same on all servers. */
export interface SharedSecrets {
  /** What signs access tokens, and what the secrets of API keys are made from. */
  tokens: string;
  apiKeys: string;
}

export class Roster {
  private entry: Entry;
  private timer: NodeJS.Timeout | undefined;
  private readonly told = new Set<string>();

  constructor(
    { id, name, url, startedAt }: OwnServer,
    secrets: SharedSecrets,
    private readonly redis: RedisConnections,
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly times: RosterTimes = { expiry: 10_000, renewal: 3000 },
  ) {
    const [tokens, apiKeys] = [digestOf(secrets.tokens), digestOf(secrets.apiKeys)];
    this.entry = { id, name, url, tokens, apiKeys, startedAt: startedAt.getTime(), renewals: 0 };
  }

  /**
   * Enters this server. One that cannot go together with another that was there before stays outside; one that is merely left over from
   * a process that died is waited for, for no longer than it takes to see that it is not renewed.
   *
   * @throws Error with a sentence for the operator
   */
  async enter(): Promise<void> {
    const before = this.conflicting(await this.renew());

    if (before.length > 0) {
      await delay(this.times.renewal * 1.5);
      const alive = this.conflicting(await this.renew()).filter(({ id, renewals }) =>
        before.some((earlier) => earlier.id === id && earlier.renewals < renewals),
      );
      const [other] = alive.filter((each) => isOlder(each, this.entry));

      if (other) {
        await this.leave();
        throw new Error(this.sentenceOn(other));
      }
    }

    this.timer = setInterval(() => void this.look(), this.times.renewal).unref();
  }

  /** Where Redis is away, the entry expires by itself. */
  async leave(): Promise<void> {
    clearInterval(this.timer);
    await this.redis.commands.eval(LEAVE, 2, ...this.keys, this.entry.id).catch(() => undefined);
  }

  /** Of one that came while neither could see the other, there is a line: who is in a meeting here stays. */
  private async look(): Promise<void> {
    if (!this.redis.available) {
      return;
    }

    const others = await this.renew().catch(() => []);

    for (const other of this.conflicting(others)) {
      // What has not been renewed yet may be left over.
      if (other.renewals > 1 && !this.told.has(other.id)) {
        this.told.add(other.id);
        this.logger.warn({ name: other.name, url: other.url }, this.sentenceOn(other));
      }
    }
  }

  private async renew(): Promise<Entry[]> {
    this.entry = { ...this.entry, renewals: this.entry.renewals + 1 };
    const { id } = this.entry;
    const found = await this.redis.commands.eval(
      ENTER,
      2,
      ...this.keys,
      id,
      JSON.stringify(this.entry),
      String(this.times.expiry),
    );

    return (
      z
        .array(z.string())
        .parse(found)
        // What another version of MiniMeet says of itself may be something else.
        .flatMap((text) => fromJson(entrySchema, text) ?? [])
        .filter((other) => other.id !== id)
    );
  }

  private conflicting(others: readonly Entry[]): Entry[] {
    return others.filter((other) => this.differenceTo(other) !== null);
  }

  private differenceTo(other: Entry): 'name' | 'url' | 'JWT_SECRET' | 'API_KEY_SECRET' | null {
    const own = this.entry;

    if (other.tokens !== own.tokens) return 'JWT_SECRET';
    if (other.apiKeys !== own.apiKeys) return 'API_KEY_SECRET';
    if (other.name === own.name) return 'name';

    return other.url !== null && other.url === own.url ? 'url' : null;
  }

  private sentenceOn(other: Entry): string {
    const who = `Another server on this Redis, ${other.name}${other.url === null ? '' : ` at ${other.url}`},`;
    const difference = this.differenceTo(other);

    switch (difference) {
      case 'name':
        return `${who} has the same SERVER_NAME; give each a name of its own`;
      case 'url':
        return `${who} has the same PUBLIC_URL; give each the address at which clients reach that server alone`;
      default:
        return `${who} has another ${difference}; give all servers of one installation the same, and other installations another REDIS_PREFIX`;
    }
  }

  private get keys(): [string, string] {
    return [`${this.redis.prefix}cluster:servers`, `${this.redis.prefix}cluster:server:`];
  }
}

const digestOf = (secret: string) =>
  createHmac('sha256', secret).update('minimeet: do all servers have this secret?').digest('base64url').slice(0, 22);

/** Of two that start at once, exactly one is. */
const isOlder = (one: Entry, other: Entry) =>
  one.startedAt < other.startedAt || (one.startedAt === other.startedAt && one.id < other.id);
