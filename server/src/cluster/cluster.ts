/** Which of several servers hosts the meeting of a room, and what they tell each other. */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { CloseReason, ServerReference } from '@minimeet/protocol';
import type { Settings } from '../settings/settings.js';

/** This process among those that share the databases. */
export interface OwnServer extends ServerReference {
  /** Made anew for each process. */
  id: string;
  /**
   * Where it listens, which no two processes of one name do at a time: whoever was there before is gone. `null` where that
   * is any free port.
   */
  place: string | null;
  startedAt: Date;
}

/** Where the meeting of a room takes place. */
export type Claim = { here: true } | { here: false; server: ServerReference };

/** Somebody has become a member of a room, or is none any more. */
export interface MembershipChange {
  roomId: string;
  userId: string;
  standing: 'member' | 'visitor';
}

export interface ClusterEvents {
  /** Another server hosts the room although this one did; its meeting here has to end. */
  room_lost: [roomId: string];
  /** Another server wants the room's meeting, should it run here, to end. */
  room_closed: [roomId: string, reason: CloseReason];
  /** Another server has changed who is a member of a room. */
  membership_changed: [MembershipChange];
  /** What was opened by an access of this name on this server has to be closed. */
  access_ended: [access: string, endedBy: 'themselves' | 'others'];
  /** The servers hear each other again; what this one or another one said meanwhile is lost. */
  reunited: [];
}

/** An abstract class, so that it is the injection token of whichever adapter is used. */
export abstract class Cluster extends EventEmitter<ClusterEvents> {
  constructor(readonly self: OwnServer) {
    super();
  }

  /**
   * Makes this server the host of a room's meeting, unless another is; what this server's own process before this one has
   * left behind is nobody's. Never rejects: while the servers cannot agree, the meeting takes place here, as one that takes
   * place twice for a while is better than none. `room_lost` tells later which of them has to end.
   */
  abstract claim(roomId: string): Promise<Claim>;

  /** The other server that hosts a room's meeting; `null` where none does, or nobody can tell. Never rejects. */
  abstract hostElsewhere(roomId: string): Promise<ServerReference | null>;

  /** The meeting is over; any server may host the next one. */
  abstract release(roomId: string): void;

  /** Keeps nothing of what it holds alive any more. */
  abstract close(): void;

  /** Has the room's meeting end on whichever other server hosts it. */
  abstract closeRoom(roomId: string, reason: CloseReason): void;

  /** Has the room's meeting know of it, on whichever other server hosts it. */
  abstract changeMembership(change: MembershipChange): void;

  /** Has the other servers close what was opened by an access of this name, beside its sockets. */
  abstract endAccess(access: string, endedBy: 'themselves' | 'others'): void;
}

export function ownServer({ cluster, http }: Pick<Settings, 'cluster' | 'http'>): OwnServer {
  return {
    id: randomUUID(),
    name: cluster.serverName,
    url: http.publicUrl ?? null,
    place: http.port === 0 ? null : `${http.host}:${http.port}`,
    startedAt: new Date(),
  };
}
