/**
 * Servers that agree through Redis.
 *
 * | key or channel under `minimeet:1:cluster:` (REDIS_PREFIX) | content |
 * |---|---|
 * | `room:<id>` | the server that hosts the room's meeting, as JSON; a lease, which expires unless it is renewed |
 * | `announcements` (channel) | what all servers are told, as JSON |
 *
 * The leases of a dead server run out, and its rooms are free again; when it is started again before, they are its own.
 */
import { closeReasonSchema, serverReferenceSchema, type CloseReason, type ServerReference } from '@minimeet/protocol';
import type { Logger } from 'pino';
import { z } from 'zod';
import { fromJson } from '../common/from-json.js';
import type { RedisConnections } from '../storage/redis.js';
import { Cluster, type Claim, type MembershipChange, type OwnServer } from './cluster.js';

/**
 * Takes the lease, or renews it where it is this server's already; answers with the holder, whoever that is now. That of a
 * process which had this one's name and place is a dead one's, and may be inherited.
 */
const CLAIM = `
  local holder = redis.call('GET', KEYS[1])
  if holder and holder ~= ARGV[1] then
    local read, other = pcall(cjson.decode, holder)
    local own = cjson.decode(ARGV[1])
    local mayInherit = ARGV[3] == 'inherit' and read and type(other) == 'table' and type(own.place) == 'string'
    if not (mayInherit and other.place == own.place and other.name == own.name) then return holder end
  end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return ARGV[1]`;

/** Gives the lease up, unless another server has it. */
const RELEASE = `
  if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
  return 0`;

const announcementSchema = z.union([
  z.object({ from: z.string(), closeRoom: z.string(), reason: closeReasonSchema }),
  z.object({
    from: z.string(),
    changeMembership: z.object({ roomId: z.string(), userId: z.string(), standing: z.enum(['member', 'visitor']) }),
  }),
  z.object({ from: z.string(), endAccess: z.string(), endedBy: z.enum(['themselves', 'others']) }),
  z.object({ from: z.string(), lookAgain: z.literal(true) }),
]);
type Announcement = z.output<typeof announcementSchema>;

export interface LeaseTimes {
  /** Milliseconds for which a lease holds: the longest for which a dead server keeps its rooms. */
  duration: number;
  /** Milliseconds between two renewals. */
  renewal: number;
}

export class RedisCluster extends Cluster {
  /** Rooms that this server hosts. A claim is another object each time, so that a late answer about an earlier one is known. */
  private readonly held = new Map<string, object>();
  private readonly identity: string;
  /** The channel. */
  private readonly announcements: string;
  private readonly timer: NodeJS.Timeout;
  private renewing = false;
  /** Whether something could not be told that the others have to look for. */
  private unsaid = false;

  constructor(
    self: OwnServer,
    private readonly redis: RedisConnections,
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly lease: LeaseTimes = { duration: 10_000, renewal: 3000 },
  ) {
    super(self);
    const { id, name, url, place } = self;
    this.announcements = `${redis.prefix}cluster:announcements`;
    this.identity = JSON.stringify({ id, name, url, place });
    this.timer = setInterval(() => {
      this.keepHearing();
      this.keepTelling();
      void this.renew();
    }, lease.renewal);
    this.timer.unref();
    redis.on('returned', () => {
      this.keepTelling();
      void this.renew();
    });
    this.listen();
  }

  override async claim(roomId: string): Promise<Claim> {
    const claim = {};
    this.held.set(roomId, claim);
    const host = await this.take(roomId, 'inherit');

    if (host === null) {
      return { here: true };
    }

    if (this.held.get(roomId) === claim) {
      this.held.delete(roomId);
    }

    return { here: false, server: host };
  }

  override async hostElsewhere(roomId: string): Promise<ServerReference | null> {
    try {
      return this.otherThan(await this.redis.commands.get(this.roomKey(roomId)));
    } catch {
      return null;
    }
  }

  override release(roomId: string): void {
    this.held.delete(roomId);
    // Where Redis is away, the lease runs out by itself.
    this.redis.commands.eval(RELEASE, 1, this.roomKey(roomId), this.identity).catch(() => undefined);
  }

  override closeRoom(roomId: string, reason: CloseReason): void {
    this.announce({ from: this.self.id, closeRoom: roomId, reason });
  }

  override changeMembership(change: MembershipChange): void {
    this.announce({ from: this.self.id, changeMembership: change });
  }

  override endAccess(access: string, endedBy: 'themselves' | 'others'): void {
    this.announce({ from: this.self.id, endAccess: access, endedBy });
  }

  /** Renews nothing any more. The leases that are left run out. */
  override close(): void {
    clearInterval(this.timer);
  }

  private roomKey(roomId: string): string {
    return `${this.redis.prefix}cluster:room:${roomId}`;
  }

  /** Who hosts the room instead of this server; `null` where it is this one, or nobody can tell. */
  private async take(roomId: string, from: 'inherit' | 'nobody'): Promise<ServerReference | null> {
    try {
      const holder = await this.redis.commands.eval(
        CLAIM,
        1,
        this.roomKey(roomId),
        this.identity,
        String(this.lease.duration),
        from,
      );

      return this.otherThan(String(holder));
    } catch {
      return null;
    }
  }

  /** @throws Error for a holder that is none */
  private otherThan(holder: string | null): ServerReference | null {
    return holder === null || holder === this.identity ? null : serverReferenceSchema.parse(JSON.parse(holder));
  }

  private async renew(): Promise<void> {
    if (this.renewing || !this.redis.available) {
      return;
    }

    this.renewing = true;

    // Asked for in one go; ioredis writes them out together.
    await Promise.all(
      [...this.held].map(async ([roomId, claim]) => {
        const host = await this.take(roomId, 'nobody');

        if (host !== null && this.held.get(roomId) === claim) {
          this.held.delete(roomId);
          this.logger.warn({ roomId, host: host.name }, 'another server hosts the room by now');
          this.emit('room_lost', roomId);
        }
      }),
    );
    this.renewing = false;
  }

  private announce(announcement: Announcement): void {
    this.redis.commands.publish(this.announcements, JSON.stringify(announcement)).catch((error: unknown) => {
      this.unsaid = true;
      this.logger.warn({ announcement, error: String(error) }, 'other servers could not be told what has changed');
    });
  }

  /** They are the ones that hear nothing of it, and may not know that there was anything to hear. */
  private keepTelling(): void {
    if (this.unsaid && this.redis.available) {
      this.unsaid = false;
      this.announce({ from: this.self.id, lookAgain: true });
    }
  }

  /** A subscription asks nothing, and would never notice that Redis is silent for good: what is asked has to be answered. */
  private keepHearing(): void {
    const { subscriber } = this.redis;

    if (subscriber.status === 'ready') {
      subscriber.ping().catch(() => undefined);
    }
  }

  private listen(): void {
    const { subscriber } = this.redis;
    subscriber.on('message', (channel: string, message: string) => {
      if (channel === this.announcements) {
        this.hear(message);
      }
    });
    subscriber.on('ready', () => void this.subscribe());

    if (subscriber.status === 'ready') {
      void this.subscribe();
    }
  }

  /** Asked for on each new connection, although ioredis does so too: the answer tells from when on this server hears. */
  private async subscribe(): Promise<void> {
    try {
      await this.redis.subscriber.subscribe(this.announcements);
    } catch {
      // The connection is gone again; the next one follows.
      return;
    }

    this.emit('reunited');
  }

  private hear(message: string): void {
    // What another version of MiniMeet may say and this one does not know is left unheard.
    const announcement = fromJson(announcementSchema, message);

    if (!announcement || announcement.from === this.self.id) {
      return;
    }

    if ('closeRoom' in announcement) {
      this.emit('room_closed', announcement.closeRoom, announcement.reason);
    } else if ('changeMembership' in announcement) {
      this.emit('membership_changed', announcement.changeMembership);
    } else if ('lookAgain' in announcement) {
      this.emit('reunited');
    } else {
      this.emit('access_ended', announcement.endAccess, announcement.endedBy);
    }
  }
}
