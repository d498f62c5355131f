/**
 * Live figures in Redis, where each server writes its own and reads everyone's.
 *
 * | key under `minimeet:1:live:` (REDIS_PREFIX) | type | content |
 * |---|---|---|
 * | `servers` | set | ids of the servers that have told of themselves; who is in it may be dead |
 * | `server:<id>` | hash | `server`: the server as JSON; a meeting's id: the meeting as JSON |
 * | `participants:<id>` | hash | a room's id: how many participants its meeting has on this server |
 *
 * A server's two hashes expire together. This server's own figures are kept in memory as well: they are the ones that
 * it tells while Redis is away.
 */
import type { ChainableCommander, Redis } from 'ioredis';
import { z } from 'zod';
import { fromJson } from '../common/from-json.js';
import { REDIS_PREFIX } from '../storage/redis.js';
import {
  LIVE_FIGURES_EXPIRY,
  LiveStatsStore,
  type LiveChange,
  type LiveFigures,
  type LiveMeeting,
  type LiveServer,
} from './live-stats-store.js';
import { MemoryLiveStatsStore } from './memory-live-stats-store.js';

/** The field of a server's hash that is no meeting's id. */
const SERVER_FIELD = 'server';

const storedServerSchema = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string().nullable(),
  startedAt: z.coerce.date(),
  workers: z.array(z.object({ pid: z.number(), cpu: z.number(), memoryBytes: z.number(), routers: z.number() })),
  load: z
    .object({
      cpu: z.number(),
      eventLoopDelay: z.number(),
      joins: z.number(),
      refusals: z.number(),
      incomingLoss: z.number(),
      outgoingLoss: z.number(),
    })
    .optional(),
});

const storedMeetingSchema = z.object({
  id: z.string(),
  serverId: z.string(),
  roomId: z.string(),
  beganAt: z.coerce.date(),
  participants: z.array(z.object({ id: z.string(), userId: z.string(), displayName: z.string() })),
  producers: z.number(),
  consumers: z.number(),
  incomingBitrate: z.number(),
  outgoingBitrate: z.number(),
});

export class RedisLiveStatsStore extends LiveStatsStore {
  private readonly own = new MemoryLiveStatsStore();
  private ownId: string | null = null;

  /**
   * @param expiry milliseconds for which a server's figures count
   * @param prefix what every key begins with
   */
  constructor(
    private readonly redis: Redis,
    private readonly expiry = LIVE_FIGURES_EXPIRY,
    private readonly prefix = REDIS_PREFIX,
  ) {
    super();
  }

  override async report(server: LiveServer, meetings: LiveMeeting[]): Promise<void> {
    this.ownId = server.id;
    const [figures, participants] = [this.serverKey(server.id), this.participantsKey(server.id)];
    const writes = this.redis.multi().sadd(this.serversKey, server.id).del(figures, participants);
    writes.hset(figures, SERVER_FIELD, JSON.stringify(server));
    this.writeMeetings(writes, server.id, meetings);
    writes.pexpire(figures, this.expiry).pexpire(participants, this.expiry);
    await Promise.all([this.own.report(server, meetings), run(writes)]);
  }

  override async change(serverId: string, change: LiveChange): Promise<void> {
    const { meetings, ended } = change;
    const [figures, participants] = [this.serverKey(serverId), this.participantsKey(serverId)];
    const writes = this.redis.multi();

    // First the ended ones: the next meeting in the same room may be among the others.
    if (ended.length > 0) {
      writes.hdel(figures, ...ended.map(({ id }) => id)).hdel(participants, ...ended.map(({ roomId }) => roomId));
    }

    this.writeMeetings(writes, serverId, meetings);
    // They may be the first ones after Redis has lost everything.
    writes.pexpire(figures, this.expiry).pexpire(participants, this.expiry);
    await Promise.all([this.own.change(serverId, change), run(writes)]);
  }

  override async withdraw(serverId: string): Promise<void> {
    await this.own.withdraw();
    await run(
      this.redis.multi().srem(this.serversKey, serverId).del(this.serverKey(serverId), this.participantsKey(serverId)),
    );
  }

  override async participantsNow(roomIds: string[]): Promise<Map<string, number>> {
    const participants = await this.own.participantsNow(roomIds);

    if (roomIds.length === 0) {
      return participants;
    }

    const others = await this.readOthers((reads, serverId) => reads.hmget(this.participantsKey(serverId), ...roomIds));

    for (const counts of (others ?? []) as (string | null)[][]) {
      roomIds.forEach((roomId, index) => {
        participants.set(roomId, (participants.get(roomId) ?? 0) + Number(counts[index] ?? 0));
      });
    }

    return participants;
  }

  override async all(): Promise<LiveFigures> {
    const [own, others] = await Promise.all([
      this.own.all(),
      this.readOthers((reads, serverId) => reads.hgetall(this.serverKey(serverId))),
    ]);
    const hashes = (others ?? []) as Record<string, string>[];

    return {
      servers: oldestFirst([...own.servers, ...hashes.flatMap(serverIn)], ({ startedAt }) => startedAt),
      meetings: oldestFirst([...own.meetings, ...hashes.flatMap(meetingsIn)], ({ beganAt }) => beganAt),
      degraded: others === null,
    };
  }

  override async servers(): Promise<LiveServer[]> {
    const [own, others] = await Promise.all([
      this.own.servers(),
      this.readOthers((reads, serverId) => reads.hget(this.serverKey(serverId), SERVER_FIELD)),
    ]);
    const texts = (others ?? []) as (string | null)[];

    return oldestFirst(
      [...own, ...texts.flatMap((text) => serverIn(text === null ? {} : { [SERVER_FIELD]: text }))],
      ({ startedAt }) => startedAt,
    );
  }

  private get serversKey(): string {
    return `${this.prefix}live:servers`;
  }

  private serverKey(serverId: string): string {
    return `${this.prefix}live:server:${serverId}`;
  }

  private participantsKey(serverId: string): string {
    return `${this.prefix}live:participants:${serverId}`;
  }

  private writeMeetings(writes: ChainableCommander, serverId: string, meetings: LiveMeeting[]): void {
    if (meetings.length > 0) {
      writes
        .hset(
          this.serverKey(serverId),
          Object.fromEntries(meetings.map((meeting) => [meeting.id, JSON.stringify(meeting)])),
        )
        .hset(
          this.participantsKey(serverId),
          Object.fromEntries(meetings.map(({ roomId, participants }) => [roomId, participants.length])),
        );
    }
  }

  /** What a read of each other server's figures answers, in two round trips in all; `null` while Redis is away. */
  private async readOthers(
    read: (reads: ChainableCommander, serverId: string) => ChainableCommander,
  ): Promise<unknown[] | null> {
    try {
      const serverIds = (await this.redis.smembers(this.serversKey)).filter((serverId) => serverId !== this.ownId);

      if (serverIds.length === 0) {
        return [];
      }

      // Beside the figures themselves, whether there still are any: a dead server is struck off the list.
      const reads = this.redis.pipeline();
      for (const serverId of serverIds) {
        read(reads.exists(this.serverKey(serverId)), serverId);
      }
      const answers = await run(reads);
      const dead = serverIds.filter((_, index) => answers[2 * index] === 0);

      if (dead.length > 0) {
        await this.redis.srem(this.serversKey, ...dead);
      }

      return answers.filter((_, index) => index % 2 === 1);
    } catch {
      return null;
    }
  }
}

/** The answers of a pipeline or transaction; rejects when one of its commands failed. */
async function run(commands: ChainableCommander): Promise<unknown[]> {
  const results = (await commands.exec()) ?? [];

  return results.map(([error, answer]) => {
    if (error) {
      throw error;
    }

    return answer;
  });
}

/** Something that another version of MiniMeet wrote and this one cannot read is left out. */
function serverIn({ [SERVER_FIELD]: text }: Record<string, string>): LiveServer[] {
  const server = text === undefined ? undefined : fromJson(storedServerSchema, text);

  return server ? [server] : [];
}

function meetingsIn({ [SERVER_FIELD]: _, ...meetings }: Record<string, string>): LiveMeeting[] {
  return Object.values(meetings).flatMap((text) => fromJson(storedMeetingSchema, text) ?? []);
}

function oldestFirst<Item>(items: Item[], since: (item: Item) => Date): Item[] {
  return items.sort((one, other) => since(one).getTime() - since(other).getTime());
}
