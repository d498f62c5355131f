/** One socket's dealings with the server: which meeting it is in, and what it asks there. */
import { roomReferenceSchema } from '@minimeet/protocol';
import type { RequestName, RequestPayload, SeatReference } from '@minimeet/protocol';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Access, AuthenticatedUser } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { toDomainError } from '../common/error-answer.js';
import type { RefusalLog } from '../common/refusal-log.js';
import { authorize } from '../meetings/order/authorization.js';
import type { Caller, Lobby } from '../meetings/entry/lobby.js';
import type { MeetingChat } from '../meetings/meeting-chat.js';
import type { Meetings } from '../meetings/meetings.js';
import type { RoomDoors } from '../rooms/room-doors.js';
import type { ConnectionGuard } from './connection-guard.js';
import type { IceServers } from './ice-servers.js';
import { joinAnswer, resumeAnswer } from './join-answer.js';
import { MALFORMED } from './packet-parser.js';
import { RequestDispatcher, type RequestHandlers } from './request-dispatcher.js';
import { chatRequests } from './requests/chat-requests.js';
import { mediaRequests } from './requests/media-requests.js';
import { moderationRequests } from './requests/moderation-requests.js';
import type { RequestLimits } from './request-limits.js';
import type { SignalingEvents } from './signaling-events.js';
import { isTaken, type Seat, type SeatHolder, type Seats } from './seats.js';
import { SocketChannel, type SignalingSocket } from './socket-channel.js';

/** Socket.IO's own room with the sockets that are about to be put out because their user ended the access. */
export const ENDED_BY_THEMSELVES = 'ended-by-themselves';

export interface SessionOptions {
  socket: SignalingSocket;
  /** Of its connection: everything that begins with what this socket sends runs in its scope. */
  guard: ConnectionGuard;
  /** By what it came. */
  access: Access;
  /** Who the socket's token stands for now: a name may have changed since the handshake, an account may be gone. */
  authenticate(): Promise<AuthenticatedUser>;
  meetings: Meetings;
  chat: MeetingChat;
  lobby: Lobby;
  doors: RoomDoors;
  /** From where the socket comes, whatever proxies are in between. */
  address: string;
  seats: Seats;
  /** Called when this socket takes a seat, or takes one over: all that is said afterwards is for it. */
  seated(seat: Seat): void;
  /** Seconds for which the seat of a socket that was lost is kept. */
  graceSeconds: number;
  limits: RequestLimits;
  iceServers: IceServers;
  events: SignalingEvents;
  /** Counts a request to join. @throws rate_limited */
  countJoin(): Promise<void>;
  logger: Logger;
  /** Says which refusals get a line. */
  refusalLog: RefusalLog;
}

export class SignalingSession implements SeatHolder {
  private seat: Seat | null = null;
  /** Of the join that is under way. */
  private joining: AbortController | null = null;
  private readonly gone = new AbortController();
  private readonly caller: Caller;
  private readonly dispatcher: RequestDispatcher;

  constructor(private readonly options: SessionOptions) {
    const { socket, guard, chat, iceServers, events, lobby, address } = options;
    const { userId } = options.access;
    const { faults } = guard;
    const seated = () => this.seated;
    this.caller = { channel: new SocketChannel(socket, faults), address };

    this.dispatcher = new RequestDispatcher({
      handlers: {
        ...this.ownRequests,
        ...mediaRequests({ seated, iceServers: () => iceServers.for(userId), events }),
        ...chatRequests(seated, chat),
        ...moderationRequests(seated, lobby),
      },
      authorize: (name, payload) => this.authorize(name, payload),
      admit: (event) => this.admit(event),
      tell: (event, payload) => new SocketChannel(socket, faults).send(event, payload as never),
      refused: (event, error, payload) => this.logRefusal(event, error, payload),
      settled: (event, code, milliseconds) => events.emit('settled', { event: event ?? 'unknown', code, milliseconds }),
    });
    socket.onAny((event: unknown, ...sent: unknown[]) => faults.run(() => this.take(event, sent)));
    let endedByThemselves = false;
    // Afterwards it is in no rooms any more.
    socket.on('disconnecting', () => (endedByThemselves = socket.rooms.has(ENDED_BY_THEMSELVES)));
    socket.on('disconnect', (reason) => faults.run(() => this.end(reason, endedByThemselves)));
  }

  private take(event: unknown, sent: unknown[]): Promise<void> | undefined {
    const { guard } = this.options;

    // What was sent in one go with what ended the connection is of no interest any more.
    if (guard.end !== null) {
      return undefined;
    }

    if (event === MALFORMED) {
      guard.refuseMalformed(String(sent[0]));

      return undefined;
    }

    return this.dispatcher.dispatch(event, sent);
  }

  /** As {@link RequestDispatcher} wants it. */
  private admit(event: RequestName | null): boolean {
    const { socket, guard, limits, access, address } = this.options;
    const participants = this.seat?.meeting.participants.size ?? 0;

    try {
      limits.count({ socketId: socket.id, userId: access.userId, address, participants }, event);
    } catch (refusal) {
      if (guard.noteRefusal()) {
        throw refusal;
      }

      return false;
    }

    return true;
  }

  private end(reason: string, endedByThemselves: boolean): void {
    const { socket, guard, events, lobby } = this.options;
    this.gone.abort(new DomainError('not_joined', 'The connection is gone'));
    events.emit('socket_closed', guard.end ?? (socket.data.isTooSlow ? 'too slow' : reason));
    lobby.leave(this.caller);

    if (guard.end !== null) {
      this.keepSeat();
    } else if (reason === 'server namespace disconnect') {
      // The server itself disconnects a socket that has a seat only when its user's access has ended.
      this.leave(endedByThemselves ? 'left' : 'removed');
    } else if (reason === 'client namespace disconnect') {
      // The client has said so, and may be taken at its word.
      this.leave('connection_lost');
    } else {
      this.keepSeat();
    }
  }

  /** The socket may be dead without anybody having noticed. */
  giveUpSeat(): void {
    this.seat = null;
    this.options.socket.disconnect(true);
  }

  private readonly ownRequests: Pick<RequestHandlers, 'ping' | 'join_room' | 'resume_session' | 'leave_room'> = {
    ping: () => ({ pong: Date.now() }),

    join_room: async (payload, { answer, signal }) => {
      const { roomId, rtpCapabilities, deviceInfo, picturesAtFirst, replaces, password } = payload;
      const { socket, guard, access, authenticate, meetings, lobby, doors, address, seats, seated } = this.options;
      const { graceSeconds, iceServers, events, countJoin } = this.options;
      this.assertFree();
      const left = new AbortController();
      this.joining = left;

      try {
        const asked = performance.now();
        await countJoin();
        const user = await authenticate();
        const standingAt = performance.now();
        const { room, standing } = await doors.pass(user, roomId, { password, address });
        const known = performance.now();
        const channel = new SocketChannel(socket, guard.faults);
        const replaced = replaces ? this.seatOf(replaces) : null;
        const candidate = {
          identity: { userId: user.id, displayName: user.username, isGuest: user.isGuest, standing },
          standingAt,
          isHostByRight: standing === 'owner',
          pass: user.pass,
          address,
          deviceInfo,
          rtpCapabilities,
          picturesAtFirst,
          channel,
          signal: AbortSignal.any([signal, left.signal, this.gone.signal]),
          replaces: replaced?.participant ?? null,
          formerParticipantId: replaces?.participantId ?? null,
        };

        // Joined, answered and listening in one moment: nothing that is broadcast is missed or comes before the answer.
        await meetings.join(room, candidate, this.caller, (arrival) => {
          const { meeting, participant, steps } = arrival;
          const seatTaken = performance.now();
          this.seat = { meeting, participant, channel, access, holder: this };
          seats.add(this.seat);
          void socket.join([meeting.id, participant.id]);
          seated(this.seat);

          if (replaced && !isTaken(replaced)) {
            replaced.holder?.giveUpSeat();
          }

          answer(joinAnswer(arrival, iceServers.for(user.id), graceSeconds));
          this.tellIfStopping(channel);
          this.logSeat(this.seat, 'socket joined');
          events.emit('seated', { account: known - asked, ...steps, answer: performance.now() - seatTaken });
        });
      } catch (error) {
        const { code } = toDomainError(error);
        meetings.noteRefusal(code);

        if (code !== 'lobby_waiting') {
          lobby.leave(this.caller);
        }

        throw error;
      } finally {
        this.joining = null;
      }
    },

    resume_session: async (reference, { answer }) => {
      const { socket, guard, seats, seated, access } = this.options;
      // Nobody would ever notice the loss of a socket that is lost already.
      this.gone.signal.throwIfAborted();
      this.assertFree();
      const seat = seats.find(access, reference);
      const { meeting, participant, channel } = seat;

      this.options.lobby.leave(this.caller);
      // All in one moment: nothing that is told is missed, and nothing comes before the answer that it belongs after.
      seat.holder?.giveUpSeat();
      seat.holder = this;
      seat.access = access;
      this.seat = seat;
      void socket.join([meeting.id, participant.id]);
      seated(seat);
      answer(resumeAnswer(meeting, participant));
      channel.attach(socket, guard.faults);
      meeting.welcomeBack(participant);
      this.options.lobby.tellTo(participant, meeting.room.id);
      this.tellIfStopping(channel);
      this.logSeat(seat, 'socket resumed');
    },

    leave_room: () => {
      this.options.lobby.leave(this.caller);
      this.joining?.abort(new DomainError('not_joined', 'You left before you had joined'));
      this.leave('left');

      return {};
    },
  };

  /** Connects the lines of the socket, of the session behind it, and of the participant. */
  private logSeat({ meeting, participant }: Seat, what: string): void {
    const { socket, access, logger } = this.options;
    logger.info(
      { socketId: socket.id, sessionId: access.sessionId, participantId: participant.id, meetingId: meeting.id },
      what,
    );
  }

  /** Who is in no meeting yet is told so by the handler. */
  private authorize<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): void {
    if (this.seat && this.isSeated()) {
      const { meeting, participant } = this.seat;
      authorize(participant, (participantId) => meeting.windowsOf(participantId), name, payload);
    }
  }

  /** Who was not there when the others were told. */
  private tellIfStopping(channel: SocketChannel): void {
    const { secondsLeft } = this.options.meetings;

    if (secondsLeft !== null) {
      channel.send('server_stopping', { seconds: secondsLeft });
    }
  }

  /** The meeting may have ended since, or have let the participant go. */
  private isSeated(): boolean {
    return this.seat !== null && isTaken(this.seat);
  }

  private assertFree(): void {
    if (this.joining || this.isSeated()) {
      throw new DomainError('already_joined');
    }
  }

  private get seated(): Seat {
    if (!this.seat || !this.isSeated()) {
      throw new DomainError('not_joined');
    }

    return this.seat;
  }

  /** A seat that is to be given up; `null` where there is none, which is no less good. */
  private seatOf(reference: SeatReference): Seat | null {
    try {
      return this.options.seats.find(this.options.access, reference);
    } catch {
      return null;
    }
  }

  /** The socket is gone, and whoever sat here is expected back. */
  private keepSeat(): void {
    const { seat } = this;
    this.seat = null;

    if (seat) {
      seat.holder = null;
      seat.channel.detach();
      seat.meeting.expectBack(seat.participant, this.options.graceSeconds);
    }
  }

  private leave(reason: 'left' | 'connection_lost' | 'removed'): void {
    if (!this.seat) {
      return;
    }

    const { meeting, participant } = this.seat;
    this.seat = null;
    void this.options.socket.leave(meeting.id);
    void this.options.socket.leave(participant.id);
    meeting.leave(participant, reason);
  }

  private logRefusal(event: string, error: unknown, payload: unknown): void {
    const { logger, access, socket, refusalLog } = this.options;
    const { code } = toDomainError(error);

    if (!refusalLog.take(`socket ${socket.id} of user ${access.userId}`)) {
      return;
    }

    const where = {
      event,
      socketId: socket.id,
      sessionId: access.sessionId,
      userId: access.userId,
      roomId: this.seat?.meeting.room.id ?? roomNamedIn(payload),
      meetingId: this.seat?.meeting.id,
      participantId: this.seat?.participant.id,
    };

    if (code !== 'internal_error') {
      logger.info({ ...where, code }, 'request refused');
    } else {
      logger.error({ ...where, err: error }, 'request failed');
    }
  }
}

/** The id or slug of the room that a refused `join_room` was about. */
function roomNamedIn(payload: unknown): string | undefined {
  const { success, data } = z.looseObject({ roomId: roomReferenceSchema }).safeParse(payload);

  return success ? data.roomId : undefined;
}
