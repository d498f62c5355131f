/**
 * Live figures in Redis, where each server writes its own and reads everyone's.
 *
 * | key under `minimeet:1:live:` | type | content |
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

const PREFIX = `${REDIS_PREFIX}live:`;
const SERVERS = `${PREFIX}servers`;
/** The field of a server's hash that is no meeting's id. */
const SERVER_FIELD = 'server';

const serverKey = (serverId: string) => `${PREFIX}server:${serverId}`;
const participantsKey = (serverId: string) => `${PREFIX}participants:${serverId}`;

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

  /** @param expiry milliseconds for which a server's figures count */
  constructor(
    private readonly redis: Redis,
    private readonly expiry = LIVE_FIGURES_EXPIRY,
  ) {
    super();
  }

  override async report(server: LiveServer, meetings: LiveMeeting[]): Promise<void> {
    this.ownId = server.id;
    const [figures, participants] = [serverKey(server.id), participantsKey(server.id)];
    const writes = this.redis.multi().sadd(SERVERS, server.id).del(figures, participants);
    writes.hset(figures, SERVER_FIELD, JSON.stringify(server));
    writeMeetings(writes, server.id, meetings);
    writes.pexpire(figures, this.expiry).pexpire(participants, this.expiry);
    await Promise.all([this.own.report(server, meetings), run(writes)]);
  }

  override async change(serverId: string, change: LiveChange): Promise<void> {
    const { meetings, ended } = change;
    const [figures, participants] = [serverKey(serverId), participantsKey(serverId)];
    const writes = this.redis.multi();

    // First the ended ones: the next meeting in the same room may be among the others.
    if (ended.length > 0) {
      writes.hdel(figures, ...ended.map(({ id }) => id)).hdel(participants, ...ended.map(({ roomId }) => roomId));
    }

    writeMeetings(writes, serverId, meetings);
    // They may be the first ones after Redis has lost everything.
    writes.pexpire(figures, this.expiry).pexpire(participants, this.expiry);
    await Promise.all([this.own.change(serverId, change), run(writes)]);
  }

  override async withdraw(serverId: string): Promise<void> {
    await this.own.withdraw();
    await run(this.redis.multi().srem(SERVERS, serverId).del(serverKey(serverId), participantsKey(serverId)));
  }

  override async participantsNow(roomIds: string[]): Promise<Map<string, number>> {
    const participants = await this.own.participantsNow(roomIds);

    if (roomIds.length === 0) {
      return participants;
    }

    const others = await this.readOthers((reads, serverId) => reads.hmget(participantsKey(serverId), ...roomIds));

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
      this.readOthers((reads, serverId) => reads.hgetall(serverKey(serverId))),
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
      this.readOthers((reads, serverId) => reads.hget(serverKey(serverId), SERVER_FIELD)),
    ]);
    const texts = (others ?? []) as (string | null)[];

    return oldestFirst(
      [...own, ...texts.flatMap((text) => serverIn(text === null ? {} : { [SERVER_FIELD]: text }))],
      ({ startedAt }) => startedAt,
    );
  }

  /** What a read of each other server's figures answers, in two round trips in all; `null` while Redis is away. */
  private async readOthers(
    read: (reads: ChainableCommander, serverId: string) => ChainableCommander,
  ): Promise<unknown[] | null> {
    try {
      const serverIds = (await this.redis.smembers(SERVERS)).filter((serverId) => serverId !== this.ownId);

      if (serverIds.length === 0) {
        return [];
      }

      // Beside the figures themselves, whether there still are any: a dead server is struck off the list.
      const reads = this.redis.pipeline();
      for (const serverId of serverIds) {
        read(reads.exists(serverKey(serverId)), serverId);
      }
      const answers = await run(reads);
      const dead = serverIds.filter((_, index) => answers[2 * index] === 0);

      if (dead.length > 0) {
        await this.redis.srem(SERVERS, ...dead);
      }

      return answers.filter((_, index) => index % 2 === 1);
    } catch {
      return null;
    }
  }
}

function writeMeetings(writes: ChainableCommander, serverId: string, meetings: LiveMeeting[]): void {
  if (meetings.length > 0) {
    writes
      .hset(serverKey(serverId), Object.fromEntries(meetings.map((meeting) => [meeting.id, JSON.stringify(meeting)])))
      .hset(
        participantsKey(serverId),
        Object.fromEntries(meetings.map(({ roomId, participants }) => [roomId, participants.length])),
      );
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
  return text === undefined ? [] : read(storedServerSchema, text);
}

function meetingsIn({ [SERVER_FIELD]: _, ...meetings }: Record<string, string>): LiveMeeting[] {
  return Object.values(meetings).flatMap((text) => read(storedMeetingSchema, text));
}

function read<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema>[] {
  try {
    return [schema.parse(JSON.parse(text))];
  } catch {
    return [];
  }
}

function oldestFirst<Item>(items: Item[], since: (item: Item) => Date): Item[] {
  return items.sort((one, other) => since(one).getTime() - since(other).getTime());
}
