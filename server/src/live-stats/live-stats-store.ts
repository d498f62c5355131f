/** What runs now, on this server and on those that share the live statistics with it. */

export interface LiveWorker {
  pid: number;
  /** Share of one core, 0 to 1, since the figure before. */
  cpu: number;
  memoryBytes: number;
  routers: number;
}

/** How a server's own process does, apart from its workers. */
export interface LiveLoad {
  /** Cores, since the figure before. */
  cpu: number;
  /** Milliseconds by which the event loop was late, at the 99th percentile, since the figure before. */
  eventLoopDelay: number;
  /** Participants who joined, and who were turned away, in the last minute. */
  joins: number;
  refusals: number;
  /** Share of the media packets from and to participants that was lost, 0 to 1, in the last minute. */
  incomingLoss: number;
  outgoingLoss: number;
}

export interface LiveServer {
  /** Made anew for each process. */
  id: string;
  /** As operators call it. */
  name: string;
  /** Where its pages and sockets are, where it was told. */
  url: string | null;
  startedAt: Date;
  workers: LiveWorker[];
  /** Not there where a server of an earlier version tells nothing of it. */
  load?: LiveLoad | undefined;
}

export interface LiveParticipant {
  id: string;
  userId: string;
  displayName: string;
}

export interface LiveMeeting {
  id: string;
  serverId: string;
  roomId: string;
  beganAt: Date;
  participants: LiveParticipant[];
  producers: number;
  consumers: number;
  /** Bit/s of media that arrived and left, when it was measured last. */
  incomingBitrate: number;
  outgoingBitrate: number;
}

/** What changed on a server since it told everything. */
export interface LiveChange {
  /** Meetings whose figures take the place of earlier ones. */
  meetings: LiveMeeting[];
  ended: Pick<LiveMeeting, 'id' | 'roomId'>[];
}

export interface LiveFigures {
  servers: LiveServer[];
  meetings: LiveMeeting[];
  /** Whether these are this server's alone, because the others' cannot be read now. */
  degraded: boolean;
}

/**
 * Milliseconds for which a server's figures count. Whoever lives tells them again before, so that those of a dead server
 * vanish by themselves.
 */
export const LIVE_FIGURES_EXPIRY = 15_000;

/** An abstract class, so that it is the injection token of whichever adapter is used. */
export abstract class LiveStatsStore {
  /**
   * Takes all figures of this server in place of what was told before; they count for {@link LIVE_FIGURES_EXPIRY}. Rejects
   * when the other servers cannot see them; this one does. What is told takes effect in the order in which it is told.
   */
  abstract report(server: LiveServer, meetings: LiveMeeting[]): Promise<void>;

  /** Takes what changed since this server reported. Rejects as `report` does. */
  abstract change(serverId: string, change: LiveChange): Promise<void>;

  /** Forgets this server and its meetings, because it stops. Rejects as `report` does. */
  abstract withdraw(serverId: string): Promise<void>;

  /** How many participants each of the rooms has now, on all servers; a room without a meeting has 0. Never rejects. */
  abstract participantsNow(roomIds: string[]): Promise<Map<string, number>>;

  /** Everything, oldest servers and meetings first. Never rejects. */
  abstract all(): Promise<LiveFigures>;

  /** All servers, as `all` has them, without their meetings. */
  abstract servers(): Promise<LiveServer[]>;
}
