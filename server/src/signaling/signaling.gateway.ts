/** Socket.IO: lets known users in, and carries what meetings say to everyone in them. */
import { Inject, type OnModuleDestroy } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection, type OnGatewayInit } from '@nestjs/websockets';
import { limits } from '@minimeet/protocol';
import { PinoLogger } from 'nestjs-pino';
import type { Socket } from 'socket.io';
import { z } from 'zod';
import { AuthService, type AccessClaims } from '../auth/auth.service.js';
import { Sessions } from '../auth/sessions.js';
import { Cluster } from '../cluster/cluster.js';
import { accessName, accessNames, userOf, type Access, type AuthenticatedUser } from '../common/access.js';
import { isDatabaseUnavailable } from '../common/database-unavailable.js';
import { DomainError } from '../common/domain-error.js';
import { toErrorAnswer } from '../common/error-answer.js';
import { Refusals } from '../common/refusals.js';
import { routerRtpCapabilities } from '../media/codecs.js';
import { DoorLimits } from '../meetings/entry/door-limits.js';
import { Lobby } from '../meetings/entry/lobby.js';
import { MeetingChat } from '../meetings/meeting-chat.js';
import { Meetings } from '../meetings/meetings.js';
import type { Meeting } from '../meetings/meeting.js';
import { RoomDoors } from '../rooms/room-doors.js';
import { RoomsService } from '../rooms/rooms.service.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { Dependencies } from '../storage/dependencies.js';
import { UsersService } from '../users/users.service.js';
import { Announcements, type Announcement } from './announcements.js';
import { ConnectionGuards } from './connection-guard.js';
import { ConnectionLimits } from './connection-limits.js';
import { IceServers } from './ice-servers.js';
import { packetParser } from './packet-parser.js';
import { RequestLimits } from './request-limits.js';
import { Reunion } from './reunion.js';
import { Seats } from './seats.js';
import { SignalingEvents } from './signaling-events.js';
import { ENDED_BY_THEMSELVES, SignalingSession } from './signaling-session.js';
import { SocketBacklogs } from './socket-backlogs.js';
import type { SignalingServer, SignalingSocket } from './socket-channel.js';

/**
 * Milliseconds between two looks at whether a socket is alive, and for an answer. Both sides notice a dead one within their
 * sum, not within the 45 seconds of Socket.IO's own. A look too many costs little, as the seat is kept.
 */
const pingInterval = 10_000;
const pingTimeout = 10_000;

/** Milliseconds for a connection to say whose it is; the sdk opens one while it still fetches its token. */
const connectTimeout = 15_000;

/** Whatever else a client says of itself as it connects: without a token that may be one, it is nobody. */
const handshakeSchema = z.object({ token: z.string().max(limits.accessTokenCharacters) }).catch({ token: '' });

@WebSocketGateway({
  maxHttpBufferSize: limits.packetBytes,
  parser: packetParser,
  serveClient: false,
  pingInterval,
  pingTimeout,
  connectTimeout,
})
export class SignalingGateway
  implements OnGatewayInit<SignalingServer>, OnGatewayConnection<SignalingSocket>, OnModuleDestroy
{
  private readonly requestLimits: RequestLimits;
  private readonly iceServers: IceServers;
  private readonly backlogs: SocketBacklogs;
  private readonly seats = new Seats();
  /** Connections over which somebody has asked to be admitted. */
  private readonly asked = new WeakSet<Socket['conn']>();
  private readonly announcements = new Map<Meeting, Announcements>();
  private reunion: Reunion | null = null;
  /** Whether somebody was admitted whose access the database could not be asked about. */
  private unconfirmed = false;

  constructor(
    private readonly auth: AuthService,
    private readonly sessions: Sessions,
    private readonly users: UsersService,
    private readonly rooms: RoomsService,
    private readonly meetings: Meetings,
    private readonly chat: MeetingChat,
    private readonly lobby: Lobby,
    private readonly doors: RoomDoors,
    private readonly cluster: Cluster,
    private readonly events: SignalingEvents,
    private readonly connections: ConnectionLimits,
    private readonly guards: ConnectionGuards,
    private readonly doorLimits: DoorLimits,
    private readonly refusals: Refusals,
    private readonly dependencies: Dependencies,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(SignalingGateway.name);
    this.requestLimits = new RequestLimits(settings, refusals);
    this.iceServers = new IceServers(settings.media);
    this.backlogs = new SocketBacklogs({
      ofOne: settings.limits.maxSocketBacklogBytes,
      ofAll: settings.limits.maxTotalSocketBacklogBytes,
    });
  }

  afterInit(server: SignalingServer): void {
    server.use((socket, next) => {
      this.admit(socket).then(
        () => next(),
        (refusal: Error) => {
          next(refusal);
          // After it was told why. Whoever stays is to knock no more over this connection, nor to keep it open.
          setImmediate(() => socket.conn.close());
        },
      );
    });
    this.meetings.on('meeting_began', (meeting) => this.carry(server, meeting));
    // On whichever server they are.
    this.users.on('access_ended', (userId, endedBy) => this.putOut(server, accessName.user(userId), endedBy));
    this.sessions.on('ended', (access, endedBy) => this.putOut(server, access, endedBy));
    this.users.on('gone', (ownerId) => this.putOut(server, accessName.owner(ownerId), 'others'));
    this.cluster.on('access_ended', (access, endedBy) => this.freeSeats(access, endedBy));
    const reunion = new Reunion({
      look: () => this.lookAgain(server),
      failed: (error) => this.logger.warn({ error: String(error) }, 'what other servers changed is looked at later'),
    });
    this.cluster.on('reunited', () => {
      this.auth.recent.clear();
      reunion.begin();
    });
    this.dependencies.on('returned', () => {
      if (this.unconfirmed) {
        this.unconfirmed = false;
        reunion.begin();
      }
    });
    this.reunion = reunion;
  }

  onModuleDestroy(): void {
    this.reunion?.close();
    this.guards.refusalLog.close();
  }

  handleConnection(socket: SignalingSocket): void {
    const user: AuthenticatedUser = socket.data.user;
    const address = this.connections.addressOf(socket.request);
    const access = accessOf(socket);
    this.events.emit('socket_admitted');
    this.boundBacklog(socket);
    const guard = this.guards.of(socket.conn);
    guard.farewell = (reason) => socket.emit('disconnected', reason);
    this.watchTransport(socket.conn);

    new SignalingSession({
      socket,
      guard,
      access,
      authenticate: () => this.authenticate(socket),
      meetings: this.meetings,
      chat: this.chat,
      lobby: this.lobby,
      doors: this.doors,
      address,
      countJoin: () => this.doorLimits.count('join', { userId: user.id, address }),
      seats: this.seats,
      seated: ({ meeting, participant }) => this.announcements.get(meeting)?.begin(participant.id),
      graceSeconds: this.settings.meetings.reconnectGraceSeconds,
      limits: this.requestLimits,
      iceServers: this.iceServers,
      events: this.events,
      logger: this.logger.logger,
      refusalLog: this.guards.refusalLog,
    });
    void socket.join(accessNames(access));
    socket.emit('welcome', { user: userOf(user), routerRtpCapabilities });
  }

  /** Whom the socket's token stands for now, also when it has expired since: its session may go on. */
  private authenticate({ data }: Pick<Socket, 'data'>): Promise<AuthenticatedUser> {
    return this.auth.userOf(data.claims as AccessClaims);
  }

  /**
   * The same for somebody who connects. While the database is away, those whom it has confirmed here before may come back to their
   * seats; as soon as it answers, everybody's access is looked at again.
   */
  private async recognise(socket: Pick<Socket, 'data'>): Promise<AuthenticatedUser> {
    const known = this.auth.recent.find(socket.data.claims as AccessClaims);

    if (known && this.dependencies.isDown('mysql')) {
      this.unconfirmed = true;

      return known;
    }

    try {
      return await this.authenticate(socket);
    } catch (error) {
      if (known && isDatabaseUnavailable(error)) {
        this.unconfirmed = true;

        return known;
      }

      throw error;
    }
  }

  /** Closes all that was opened by an access of this name, on whichever server. */
  private putOut(server: SignalingServer, access: string, endedBy: 'themselves' | 'others'): void {
    const sockets = server.in(access);

    if (endedBy === 'themselves') {
      // Other servers hear of the two in this order.
      sockets.socketsJoin(ENDED_BY_THEMSELVES);
    }

    sockets.disconnectSockets(true);
    this.freeSeats(access, endedBy);
    this.cluster.endAccess(access, endedBy);
  }

  /** Those that wait here for somebody who may not come back. */
  private freeSeats(access: string, endedBy: 'themselves' | 'others'): void {
    this.auth.recent.forget(access);

    for (const { meeting, participant } of this.seats.abandonedBy(access)) {
      meeting.leave(participant, endedBy === 'themselves' ? 'left' : 'removed');
    }
  }

  /** Long polling costs more and comes later; operators are to know of those who fall back to it. */
  private watchTransport(connection: SignalingSocket['conn']): void {
    if (connection.transport.name !== 'polling') {
      return;
    }

    let polls = true;
    const end = () => {
      if (polls) {
        polls = false;
        this.events.emit('polling_changed', -1);
      }
    };
    this.events.emit('polling_changed', 1);
    connection.once('upgrade', end);
    connection.once('close', () => {
      if (polls) {
        this.events.emit('polling_only');
      }

      end();
    });
  }

  private boundBacklog(socket: SignalingSocket): void {
    this.backlogs.bound(socket.conn, (bytes, bound) => {
      socket.data.isTooSlow = true;
      this.refusals.note(bound === 'ofOne' ? 'socket_backlog' : 'total_socket_backlog');
      this.events.emit('socket_too_slow', bytes);
      this.logger.info(
        { socketId: socket.id, userId: socket.data.user.id, bytes, bound },
        'socket disconnected, as its client does not read',
      );
    });
  }

  /** In the order of what it costs: an address that has too many sockets does not even have its token looked at. */
  private async admit(socket: Socket): Promise<void> {
    try {
      this.assertFirst(socket);
      this.connections.assertAddress(this.connections.addressOf(socket.request));
      const claims = await this.auth.claimsOf(handshakeSchema.parse(socket.handshake.auth).token);
      this.countUntilClosed(socket, claims.sub);
      socket.data.claims = claims;
      socket.data.user = await this.recognise(socket);
    } catch (error) {
      const { error: refusal } = toErrorAnswer(error);
      this.events.emit('socket_refused', refusal.code);
      const address = this.connections.addressOf(socket.request);

      if (this.guards.refusalLog.take(`address ${address}`)) {
        this.logger.info({ code: refusal.code, address }, 'socket refused');
      }

      throw Object.assign(new Error(refusal.message), { data: refusal });
    }
  }

  /** Who was refused opens another connection, which is counted, and cannot ask again and again over the same one. */
  private assertFirst({ conn }: Socket): void {
    if (this.asked.has(conn)) {
      throw new DomainError('rate_limited');
    }

    this.asked.add(conn);
  }

  private countUntilClosed({ conn }: Socket, userId: string): void {
    const release = this.connections.admit(userId);
    conn.once('close', release);

    // It may have closed while the token was being looked at.
    if (conn.readyState === 'closed') {
      release();
    }
  }

  /** Has whatever is here be as the database says by now: who may be connected, which rooms there are, who is a member of them. */
  private async lookAgain(server: SignalingServer): Promise<void> {
    const sockets = [...server.sockets.sockets.values()].map((socket) => ({
      access: accessOf(socket),
      close: () => socket.disconnect(true),
    }));
    const seats = this.seats.abandoned.map((seat) => ({
      access: seat.access,
      // Who has come back meanwhile came by an access that is good.
      close: () => seat.holder === null && seat.meeting.leave(seat.participant, 'removed'),
    }));
    const ended = await this.auth.ended<{ access: Access; close(): unknown }>([...sockets, ...seats]);
    ended.forEach(({ close }) => close());

    const { roomIds } = this.meetings;
    const asked = performance.now();
    await this.meetings.heed(roomIds, await this.rooms.membersOf(roomIds), asked);
    this.logger.info(
      { sockets: sockets.length, ended: ended.length, meetings: roomIds.length },
      'what other servers may have changed unheard was looked at',
    );
  }

  private carry(server: SignalingServer, meeting: Meeting): void {
    const announcements = new Announcements({
      toAll: (announcement, exceptIds) => emit(server.local.to(meeting.id).except([...exceptIds]), announcement),
      toOne: (participantId, announcement) => emit(server.local.to(participantId), announcement),
    });
    this.announcements.set(meeting, announcements);
    meeting.on('broadcast', (announcement, except) => {
      announcements.say(announcement, except?.id ?? null);

      // Afterwards nobody is there to hear what is collected.
      if (announcement.event === 'room_closed') {
        announcements.flush();
      }
    });
    meeting.on('participant_left', ({ id }) => {
      this.seats.remove(id);
      announcements.leave(id);
      // Also those whom the meeting let go by itself, while their socket lives on.
      server.local.in(id).socketsLeave([meeting.id, id]);
    });
    meeting.once('ended', () => {
      announcements.close();
      this.announcements.delete(meeting);
      server.local.socketsLeave(meeting.id);
    });
  }
}

function accessOf({ data }: SignalingSocket): Access {
  const user: AuthenticatedUser = data.user;
  const { version: tokenVersion, session: sessionId } = data.claims as AccessClaims;

  return { userId: user.id, tokenVersion, sessionId, pass: user.pass };
}

/**
 * All who hear a meeting are on this server, as the meeting is: nothing of it waits for, or goes to, another one. The types of Socket.IO
 * cannot follow that the payload fits the event's name; the meeting's do.
 */
function emit(audience: object, { event, payload }: Announcement): void {
  (audience as { emit(event: string, payload: object): void }).emit(event, payload);
}
