/**
 * The way into the meeting, and back into it.
 *
 * Everything about losing and regaining a meeting is here. The server keeps the seat of a lost connection for a while, and
 * media goes on; a new connection with the same token takes the seat over. Where there is no seat any more, or its media is
 * beyond repair, the new connection joins anew, with new transports. What was shown and heard stays until then.
 */
import type { CloseReason, DeviceInfo, RequestResult, RtpCapabilities, SeatReference } from '@minimeet/protocol';
import type { Device } from 'mediasoup-client';
import { Absence } from './absence.js';
import { Access } from './access.js';
import { Attendance } from './attendance.js';
import type { Chat } from './chat.js';
import { deviceInfoOf } from './device-info.js';
import { DeviceLoader } from './device.js';
import { MeetingError } from './meeting-error.js';
import { MeetingSession } from './meeting-session.js';
import { Moderation } from './moderation.js';
import type { Publications } from './publications.js';
import { elsewherePatience, finalCodes, passingCodes, restartCodes, Search, turnAmong } from './search.js';
import type { Sending } from './sending.js';
import { Signaling } from './signaling.js';
import type { StateStore } from './state-store.js';
import { Threshold } from './threshold.js';
import type { MeetingClientOptions, MeetingState } from './types.js';
import type { View } from './view.js';
import { delay, unlessAborted } from './waiting.js';
import { Whereabouts } from './whereabouts.js';

/** A meeting that lasts this long, in milliseconds, counts as regained: the next loss is looked after without delay again. */
const steadyAfter = 10_000;
/** How long leave() waits for the server, in milliseconds. */
const farewellLimit = 1000;

/** Whom the server itself disconnected, for what they sent, waits so many milliseconds: to come back at once would do the same again. */
const dismissedPause = 3000;

/** After these nobody comes back by themselves. */
const finalReasons: ReadonlySet<CloseReason> = new Set(['room_deleted', 'ended', 'removed', 'sent_too_much']);

/** Whether the server ended the connection because of what came over it. */
function wasDismissed({ cause }: MeetingError): boolean {
  return cause instanceof MeetingError && ['rate_limited', 'invalid_payload', 'internal_error'].includes(cause.code);
}

type JoinAnswer = RequestResult<'join_room'>;

/** A connection that the server has welcomed, or will. */
interface Contact {
  signaling: Signaling;
  device: Promise<Device>;
}

export class Connection {
  private readonly access: Access;
  private readonly devices: DeviceLoader;
  private readonly deviceInfo: DeviceInfo;
  private readonly whereabouts: Whereabouts;
  private readonly search: Search;
  readonly moderation: Moderation;
  private readonly attendance = new Attendance();
  private readonly absence = new Absence();
  private readonly threshold: Threshold;
  /** Of the room. */
  private password: string | undefined;
  private contact: Contact | null = null;
  private session: MeetingSession | null = null;
  /** Whether the server may keep the session's seat, and its media works. */
  private seatKept = false;
  /** The server that keeps it. */
  private seatUrl = '';
  private joining: Promise<void> | null = null;
  private leaving: Promise<void> | null = null;
  /** From join() to leave(), end or failure: aborts whatever is being waited for. */
  private stay: AbortController | null = null;
  /** Ids that this client has had in the room's meetings. */
  private readonly ownIds = new Set<string>();
  private attempt = 0;
  private joinedAt = 0;
  /** When the server was last heard over the connection that is lost by now, and for how long it keeps a seat; in milliseconds. */
  private lastHeard = 0;
  private seatLastsMs = 0;

  constructor(
    private readonly options: MeetingClientOptions,
    private readonly store: StateStore,
    private readonly publications: Publications,
    private readonly chat: Chat,
    private readonly view: View,
  ) {
    this.moderation = new Moderation(store, publications, () => this.current?.signaling ?? null);
    this.access = new Access(options);
    this.whereabouts = new Whereabouts(options.url);
    this.search = new Search(options.reconnect);
    this.threshold = new Threshold(store);
    this.password = options.password;
    this.devices = new DeviceLoader(options.handlerFactory);
    this.deviceInfo = options.deviceInfo ?? deviceInfoOf(globalThis.navigator?.userAgent ?? '');
  }

  /** The stay in the meeting, while there is one and its connection lives. */
  get current(): MeetingSession | null {
    return this.store.state.status === 'joined' ? this.session : null;
  }

  /** Opens the connection and loads the Device, so that join() only has to ask. */
  async prepare(): Promise<void> {
    await this.reach().device;
  }

  join(password = this.password): Promise<void> {
    this.password = password;
    this.joining ??= this.joinFirst();
    return this.joining;
  }

  /** For a page that goes away, in which nothing can be awaited any more: the server learns of it, and the state stays. */
  leaveWithPage(): void {
    this.session?.signaling.tell('leave_room', {});
  }

  leave(): Promise<void> {
    this.publications.clear();
    this.leaving ??= this.sayGoodbye().finally(() => (this.leaving = null));
    return this.leaving;
  }

  private async joinFirst(): Promise<void> {
    const stay = (this.stay = new AbortController());
    const prepared = this.contact !== null;
    this.attempt = 0;
    this.store.update({ status: 'connecting', error: null, endReason: null, serverStopping: false });
    try {
      await this.enterWhenFree(stay.signal).catch((error: MeetingError) => {
        // A connection that was prepared a while ago may have died unnoticed, for instance while the machine slept.
        const { serverStopping } = this.store.state;
        const stale = prepared && !serverStopping && (error.code === 'connection_failed' || error.code === 'timeout');
        if (!stale || stay.signal.aborted) throw error;
        return this.enterWhenFree(stay.signal);
      });
    } catch (thrown) {
      if (stay.signal.aborted) throw stay.signal.reason;
      const error = MeetingError.from(thrown, 'internal_error');
      this.finish({ status: 'failed', error });
      throw error;
    }
  }

  /**
   * A host that was named and is not there died a moment ago; its rooms are free again soon. A server that stops is back
   * soon, or what is in front of it finds another one.
   */
  private async enterWhenFree(signal: AbortSignal): Promise<void> {
    const begin = Date.now();
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.enter(signal);
      } catch (thrown) {
        if (signal.aborted) throw thrown;
        const error = MeetingError.from(thrown, 'internal_error');
        this.noteStopping(error);
        const isNamed = error.code === 'meeting_elsewhere' && Boolean(error.server?.url);
        const mayBeFree = isNamed && Date.now() - begin < elsewherePatience;
        const { serverStopping, inLobby } = this.store.state;
        // Who waits in the lobby has been taken in so far, and goes on waiting over another connection.
        const mayBeBack = (serverStopping || inLobby) && restartCodes.has(error.code);
        if (!mayBeFree && !(mayBeBack && attempt < this.search.attempts)) throw error;
        await this.search.pause(attempt, signal);
      }
    }
  }

  private noteStopping({ code }: MeetingError): void {
    if (code === 'server_stopping') this.store.update({ serverStopping: true });
  }

  /** Joins where the meeting is. When it rejects, nothing of the attempt is left. */
  private enter(signal: AbortSignal): Promise<void> {
    return this.whereabouts.follow(() => this.enterHere(signal));
  }

  /** Joins over the prepared connection, or over a new one. When it rejects, nothing of the attempt is left. */
  private async enterHere(signal: AbortSignal): Promise<void> {
    const began = performance.now();
    const { signaling, device } = this.reach();
    this.contact = null;
    const hooks = {
      onMedia: (sending: Sending | null) => this.switchMedia(session, sending),
      onFailed: (error: MeetingError) => this.loseSeat(session, error),
      onClosed: (reason: CloseReason) => this.meetingClosed(session, reason),
    };
    const session: MeetingSession = new MeetingSession(
      signaling,
      this.store,
      this.attendance,
      this.moderation,
      hooks,
      began,
    );
    this.chat.listenTo(signaling);
    try {
      const loaded = await unlessAborted(signal, device);
      const rtpCapabilities = loaded.recvRtpCapabilities as RtpCapabilities;
      const request = {
        roomId: this.options.room,
        rtpCapabilities,
        deviceInfo: this.deviceInfo,
        ...(this.options.picturesAtFirst !== undefined && { picturesAtFirst: this.options.picturesAtFirst }),
        // The server may not have noticed yet that its connection is dead.
        ...(this.session?.seat && { replaces: this.session.seat }),
        ...(this.password !== undefined && { password: this.password }),
      };
      const answer = await this.threshold.cross(signaling, request, signal, () => session.noteAdmission());
      session.begin(loaded, this.withoutGhosts(answer));
      this.take(session, answer);
    } catch (error) {
      session.close();
      throw error;
    }
  }

  private take(session: MeetingSession, { room, participant, messages, grants, graceSeconds }: JoinAnswer): void {
    const { muteAfter } = this.options.reconnect ?? {};
    const awayMs = this.session === null ? 0 : this.absence.since(this.lastHeard);
    const returnsMuted = muteAfter !== undefined && awayMs > Math.max(muteAfter, this.seatLastsMs);
    // From here on: what was missed before is made up for.
    if (muteAfter !== undefined) this.absence.start();
    this.seatLastsMs = 1000 * graceSeconds;
    if (returnsMuted) {
      // Before anything is sent again.
      this.publications.muteAll();
      this.store.emit('returned_muted', { awayMs });
    }
    const { id, userId, displayName, isGuest, role } = participant;
    const me = { id, userId, displayName, isGuest, role, grants };
    this.session?.close();
    this.session = session;
    this.seatUrl = this.whereabouts.url;
    this.follow(session);
    this.store.update({
      status: 'joined',
      serverStopping: false,
      mediaBlocked: null,
      inLobby: false,
      lobbyAttended: null,
      lobby: [],
      room,
      me,
      dominantSpeaker: null,
    });
    this.view.attach(session.signaling);
    this.publications.attach(session.sending!);
    this.chat.enter(session.signaling, me, messages);
    session.catchUp();
  }

  /** Takes the session's seat over with a new connection. When it rejects, nothing of the attempt is left. */
  private async resume(session: MeetingSession, signal: AbortSignal): Promise<void> {
    const signaling = new Signaling(this.seatUrl, this.access.token());
    session.listenTo(signaling);
    this.chat.listenTo(signaling);
    try {
      const answer = await unlessAborted(signal, signaling.request('resume_session', session.seat!));
      // Its media may have failed meanwhile.
      if (!this.seatKept) throw new MeetingError('session_expired', 'The media connection was lost');
      session.resume(signaling, answer);
      const { me } = this.store.state;
      if (me) this.store.update({ me: { ...me, role: answer.role } });
      this.follow(session);
      this.store.update({ status: 'joined', serverStopping: false });
      this.view.attach(signaling);
      this.publications.resume(session.sending!, answer.producers);
      this.chat.resume(signaling);
      session.catchUp();
    } catch (error) {
      signaling.abandon(MeetingError.from(error, 'internal_error'));
      throw error;
    }
  }

  private switchMedia(session: MeetingSession, sending: Sending | null): void {
    if (this.session !== session) return;
    if (sending) this.publications.attach(sending);
    else this.publications.detach();
  }

  private follow(session: MeetingSession): void {
    const { signaling } = session;
    this.joinedAt = Date.now();
    this.seatKept = true;
    void signaling.lost.then((cause) => {
      if (session.signaling === signaling) this.lose(session, cause, wasDismissed(cause) ? dismissedPause : 0);
    });
  }

  /** The server may take a while to notice that this client's lost connections are dead; nobody wants to see themselves there. */
  private withoutGhosts(answer: JoinAnswer): JoinAnswer {
    const participants = answer.participants.filter(({ id }) => !this.ownIds.has(id));
    this.ownIds.add(answer.participant.id);
    return { ...answer, participants };
  }

  private meetingClosed(session: MeetingSession, reason: CloseReason): void {
    if (this.session !== session) return;
    if (finalReasons.has(reason)) return this.end(reason);
    if (reason === 'server_stopping') this.store.update({ serverStopping: true });
    const turn = turnAmong(this.store.state.participants.length);
    this.loseSeat(session, new MeetingError('meeting_ended', 'The meeting has ended'), turn);
  }

  /** The meeting is over for good. */
  private end(reason: CloseReason): void {
    this.publications.clear();
    this.finish({ status: 'ended', endReason: reason });
    this.store.emit('ended', reason);
  }

  /** The connection is gone; the seat may be kept. It is looked for after so many milliseconds. */
  private lose(session: MeetingSession, cause: MeetingError, after = 0): void {
    if (this.session !== session || this.store.state.status !== 'joined') return;
    this.lastHeard = session.signaling.heardAt;
    this.view.detach();
    this.chat.pause();
    if (Date.now() - this.joinedAt > steadyAfter) this.attempt = 0;
    this.store.update({ status: 'reconnecting', activeSpeakers: [] });
    const { signal } = this.stay!;
    void delay(after, signal).then(
      () => this.comeBack(session, signal, cause),
      () => undefined,
    );
  }

  /** The seat is gone, or of no use as its media is beyond repair: only joining anew helps. */
  private loseSeat(session: MeetingSession, cause: MeetingError, after = 0): void {
    if (this.session !== session) return;
    this.giveUpSeat();
    this.lose(session, cause, after);
    // As a lost connection, whatever the cause: who waits for an answer, such as the chat, asks again after coming back.
    session.signaling.close(new MeetingError('connection_failed', 'The connection was lost', { cause }));
  }

  private async comeBack(session: MeetingSession, signal: AbortSignal, cause: MeetingError): Promise<void> {
    let error = cause;
    let elsewhereSince: number | null = null;
    while (this.attempt < this.search.attempts && !finalCodes.has(error.code)) {
      try {
        await this.search.pause(this.attempt++, signal);
        return await this.resumeOrEnter(session, signal);
      } catch (thrown) {
        if (signal.aborted) return;
        error = MeetingError.from(thrown, 'internal_error');
        this.noteStopping(error);
        if (error.code === 'room_not_found') return this.end('room_deleted');
        elsewhereSince = error.code === 'meeting_elsewhere' ? (elsewhereSince ?? Date.now()) : null;
        if (elsewhereSince !== null && Date.now() - elsewhereSince > elsewherePatience) break;
        if (error.code === 'unauthorized' && this.access.renew()) error = cause;
      }
    }
    this.finish({ status: 'failed', error });
  }

  private async resumeOrEnter(session: MeetingSession, signal: AbortSignal): Promise<void> {
    if (this.seatKept) {
      try {
        return await this.resume(session, signal);
      } catch (thrown) {
        const { code } = MeetingError.from(thrown, 'internal_error');
        // The server that kept the seat may be gone for good; if it is not the application's, that one knows.
        const mayBeGone = passingCodes.has(code) && this.seatUrl !== this.options.url;
        if (signal.aborted || (passingCodes.has(code) && !mayBeGone)) throw thrown;
        if (!passingCodes.has(code)) this.giveUpSeat();
      }
    }
    await this.enter(signal);
  }

  private giveUpSeat(): void {
    this.seatKept = false;
    this.publications.detach();
  }

  /** For the application it is over at once; only the server is given a moment. */
  private async sayGoodbye(): Promise<void> {
    const session = this.current;
    const lostSeat = session || !this.seatKept ? null : this.session?.seat;
    if (session) this.session = null;
    this.finish(this.store.state.status === 'ended' ? {} : { status: 'left', error: null });
    await session?.leave(farewellLimit);
    if (lostSeat) await this.returnSeat(lostSeat);
  }

  /** Leaves a seat whose connection is lost, if the server can be reached: the others need not wait for this client. */
  private async returnSeat(seat: SeatReference): Promise<void> {
    const signaling = new Signaling(this.seatUrl, this.access.token());
    await signaling.request('resume_session', seat, farewellLimit).catch(() => undefined);
    signaling.close();
  }

  /** The stay is over, or was never reached: ends every wait and closes everything. */
  private finish(change: Partial<MeetingState>): void {
    const { stay, session, contact } = this;
    this.stay = this.session = this.contact = this.joining = null;
    this.seatKept = false;
    this.absence.stop();
    const left = new MeetingError('aborted', 'The meeting was left');
    stay?.abort(left);
    contact?.signaling.close();
    session?.close();
    this.whereabouts.forget();
    this.publications.detach();
    this.view.detach();
    this.chat.leave(left);
    this.attendance.reset([]);
    const { participants } = this.attendance;
    this.store.update({
      ...change,
      serverStopping: false,
      mediaBlocked: null,
      inLobby: false,
      lobbyAttended: null,
      lobby: [],
      participants,
      hands: [],
      activeSpeakers: [],
      dominantSpeaker: null,
    });
  }

  private reach(): Contact {
    if (this.contact) return this.contact;
    const signaling = new Signaling(this.whereabouts.url, this.access.token());
    const device = signaling.welcome.then(({ routerRtpCapabilities }) => this.devices.load(routerRtpCapabilities));
    device.catch(() => signaling.close());
    const contact = { signaling, device };
    this.contact = contact;
    void signaling.lost.then(() => {
      if (this.contact === contact) this.contact = null;
    });
    return contact;
  }
}
