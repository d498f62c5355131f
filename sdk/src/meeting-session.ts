/** One stay in a meeting: from the answer to `join_room` until the seat or the meeting is lost, over one connection after the other. */
import type {
  CloseReason,
  Consumer,
  MeetingOrder,
  RequestResult,
  SeatReference,
  ServerToClientEvents,
} from '@minimeet/protocol';
import type { Device } from 'mediasoup-client';
import type { Attendance } from './attendance.js';
import { FirstMedia } from './first-media.js';
import { Line } from './line.js';
import { MeetingError } from './meeting-error.js';
import type { Moderation } from './moderation.js';
import { QualityReporter } from './quality-reporter.js';
import { Receiving } from './receiving.js';
import { Sending } from './sending.js';
import type { Signaling } from './signaling.js';
import type { StateStore } from './state-store.js';
import { Stills } from './stills.js';
import type { MeetingStats } from './types.js';

/** How long the last report of the connection's quality may hold up leaving, in milliseconds. */
const lastReportLimit = 300;
/** How long the last picture stays where it is, in milliseconds, when its consumer is gone: media goes over other transports, on either side. */
const stillsLast = 5000;

/** How long it is waited before media is tried over other transports where it never got through, in milliseconds: doubled each time. */
const firstRetry = 5000;
const longestRetry = 60_000;

type Notifications = Omit<ServerToClientEvents, 'welcome' | 'pong' | 'request_failed'>;

interface SessionHooks {
  /** Media goes over other transports from now on: nothing is sent over the ones before any more. `null`: there are none yet. */
  onMedia: (sending: Sending | null) => void;
  /** Media is beyond repair, as are other transports. */
  onFailed: (error: MeetingError) => void;
  /** The server ended the meeting. */
  onClosed: (reason: CloseReason) => void;
}

/** Everything that media goes over. */
interface Media {
  sending: Sending;
  receiving: Receiving;
}

export class MeetingSession {
  private device: Device | null = null;
  private media: Media | null = null;
  private rebuilding = false;
  private retry: ReturnType<typeof setTimeout> | null = null;
  private retries = 0;
  private readonly stills = new Stills(stillsLast, (consumerIds) => {
    consumerIds.forEach((consumerId) => this.attendance.removeTrack(consumerId));
    this.showParticipants();
  });
  private readonly line: Line;
  /** What the server told before the answer to `join_room` or `resume_session` was read; `null` from then on. */
  private early: (() => void)[] | null = null;
  private taken: SeatReference | null = null;
  private quality: QualityReporter | null = null;
  private readonly firstMedia: FirstMedia;
  private closed = false;

  /**
   * Listens from now on, so create it before asking to join.
   *
   * @param began when the client began to connect for this stay, on the clock of `performance.now()`
   */
  constructor(
    signaling: Signaling,
    private readonly store: StateStore,
    private readonly attendance: Attendance,
    private readonly moderation: Moderation,
    private readonly hooks: SessionHooks,
    began: number,
  ) {
    this.firstMedia = new FirstMedia(began);
    this.line = new Line(signaling);
    this.listenTo(signaling);
  }

  /** The newest connection, which may be lost. */
  get signaling(): Signaling {
    return this.line.signaling;
  }

  /** What proves that the seat is this client's, once there is one. */
  get seat(): SeatReference | null {
    return this.taken;
  }

  /** Whoever had to wait in the lobby begins to join only now. */
  noteAdmission(): void {
    this.firstMedia.beginAgain();
  }

  /** Takes the server's answer: opens both transports and shows the others. */
  begin(device: Device, answer: RequestResult<'join_room'>): void {
    this.taken = { participantId: answer.participant.id, resumeToken: answer.resumeToken };
    this.device = device;
    this.firstMedia.noteAnswer(answer.participants.flatMap(({ producers }) => producers.map(({ id }) => id)));
    this.openMedia(answer);
    this.quality = new QualityReporter(this.line, () => this.getStats(), this.firstMedia);
    this.attendance.reset(answer.participants);
    this.takeOrder(answer);
    this.showParticipants();
  }

  /** Takes the server's answer over another connection that was listened to: media is as it was, what was missed is made up for. */
  resume(signaling: Signaling, answer: RequestResult<'resume_session'>): void {
    const { participants, consumers } = answer;
    this.takeOrder(answer);
    this.media?.receiving.keep(consumers);
    this.attendance.update(participants, consumers);
    this.showParticipants();
    this.line.switchTo(signaling);
  }

  /** Handles what was told early, and from now on everything at once. */
  catchUp(): void {
    const early = this.early ?? [];
    this.early = null;
    this.store.together(() => early.forEach((handle) => handle()));
  }

  get sending(): Sending | null {
    return this.media?.sending ?? null;
  }

  /** Whether a consumer has layers to choose from. */
  isLayered(consumerId: string): boolean {
    return this.media?.receiving.isLayered(consumerId) ?? false;
  }

  async getStats(): Promise<MeetingStats> {
    if (!this.media) return { send: null, recv: null };
    const { sending, receiving } = this.media;
    const [send, recv] = await Promise.all([sending.getStats(), receiving.getStats()]);
    return { send, recv };
  }

  /** Leaves in good order: nothing is shown any more from now on, and the server learns what it does not know yet. Never rejects. */
  async leave(milliseconds: number): Promise<void> {
    this.closed = true;
    await this.quality?.reportLast(lastReportLimit);
    this.closeMedia();
    await this.line.request('leave_room', {}, milliseconds).catch(() => undefined);
    this.close();
  }

  close(): void {
    this.closeMedia();
    this.line.close();
  }

  private closeMedia(): void {
    this.closed = true;
    if (this.retry) clearTimeout(this.retry);
    this.quality?.stop();
    this.firstMedia.close();
    this.media?.sending.close();
    this.media?.receiving.close();
    this.stills.close();
  }

  private takeOrder({ locked, switches, hands }: MeetingOrder): void {
    this.store.update({ locked, switches, hands });
  }

  private openMedia({ sendTransport, recvTransport, iceServers }: RequestResult<'rebuild_media'>): void {
    const onFailed = (error: MeetingError, worked: boolean) => {
      // Where others are on their way, those decide.
      if (this.media !== media || this.rebuilding) return;
      if (worked) void this.rebuild();
      else if (error.code === 'connection_failed') this.tryAgainLater();
      else this.hooks.onFailed(error);
    };
    const context = { device: this.device!, signaling: this.line, iceServers, onFailed };
    const media = { sending: new Sending(sendTransport, context), receiving: new Receiving(recvTransport, context) };
    this.media = media;
  }

  /**
   * Packets never found a way, and other transports will hardly find one, nor will joining anew, which everybody would see. So the seat
   * stays, the chat goes on, and a way is looked for now and then: networks change, and servers are mended.
   */
  private tryAgainLater(): void {
    if (this.closed || this.retry) return;
    const wait = Math.min(firstRetry * 2 ** this.retries++, longestRetry);
    this.retry = setTimeout(() => {
      this.retry = null;
      void this.rebuild();
    }, wait);
  }

  private replaceMedia(answer: RequestResult<'rebuild_media'>): void {
    if (this.closed) return;
    this.media?.sending.close();
    this.media?.receiving.close();
    this.stills.keep(this.media?.receiving.consumerIds ?? []);
    this.openMedia(answer);
    this.rebuilding = false;
    this.hooks.onMedia(this.media!.sending);
    this.showParticipants();
  }

  /** Goes on over other transports: the seat stays, what was sent is sent again, what is received is offered again. */
  private async rebuild(): Promise<void> {
    if (this.rebuilding || this.closed) return;
    this.rebuilding = true;
    this.media?.receiving.forsake();
    this.hooks.onMedia(null);
    try {
      await this.line.insist('rebuild_media', {}, undefined, (answer) => this.replaceMedia(answer));
    } catch (error) {
      this.rebuilding = false;
      if (!this.closed) this.hooks.onFailed(MeetingError.from(error, 'internal_error'));
    }
  }

  /** Listens from now on; what is told waits for catchUp(). */
  listenTo(signaling: Signaling): void {
    const { attendance } = this;
    this.early = [];
    signaling.together = (handle) => this.store.together(handle);
    this.on(signaling, 'user_joined', ({ participant }) => attendance.join(participant));
    this.on(signaling, 'participant_connection', ({ participantId, connected }) =>
      attendance.setConnected(participantId, connected),
    );
    this.on(signaling, 'role_changed', ({ participantId, role }) => attendance.setRole(participantId, role));
    this.moderation.listen((name, listener) => this.on(signaling, name as keyof Notifications, listener as never));
    this.on(signaling, 'user_left', ({ participantId }) => {
      this.media?.receiving.closeFrom({ participantId });
      attendance.leave(participantId);
    });
    this.on(signaling, 'new_producer', ({ participantId, producer }) =>
      attendance.addProducer(participantId, producer),
    );
    this.on(signaling, 'producer_paused', ({ producerId }) => attendance.pauseProducer(producerId, true));
    this.on(signaling, 'producer_resumed', ({ producerId }) => attendance.pauseProducer(producerId, false));
    this.on(signaling, 'producer_closed', ({ participantId, producerId }) => {
      this.media?.receiving.closeFrom({ producerId });
      attendance.removeProducer(participantId, producerId);
    });
    this.on(signaling, 'new_consumer', (offer, answer) => {
      this.receive(offer).then(
        () => answer({}),
        ({ message }: MeetingError) => answer({ error: { code: 'unsupported_media', message } }),
      );
    });
    this.on(signaling, 'consumer_paused', ({ consumerId }) => this.hold(consumerId, true));
    this.on(signaling, 'consumer_resumed', ({ consumerId }) => this.hold(consumerId, false));
    this.on(signaling, 'consumer_congested', ({ consumerId, congested }) =>
      this.attendance.changeTrack(consumerId, { congested }),
    );
    this.on(signaling, 'consumer_closed', ({ consumerId }) => {
      this.media?.receiving.closeConsumer(consumerId);
      // What closed for good ends with its producer.
      this.stills.keep([consumerId]);
    });
    this.on(signaling, 'media_lost', () => void this.rebuild());
    this.on(signaling, 'media_blocked', ({ cause, relayOffered }) => {
      if (cause === null) this.retries = 0;
      this.store.update({ mediaBlocked: cause && { cause, relayOffered } });
    });
    this.on(signaling, 'active_speakers', ({ participantIds }) =>
      this.store.update({ activeSpeakers: participantIds }),
    );
    this.on(signaling, 'dominant_speaker', ({ participantId }) =>
      this.store.update({ dominantSpeaker: participantId }),
    );
    this.on(signaling, 'producer_layers_wanted', ({ producerId, spatialLayer }) =>
      this.media?.sending.setLayersWanted(producerId, spatialLayer),
    );
    this.on(signaling, 'lobby_changed', ({ waiting }) => this.store.update({ lobby: waiting }));
    this.on(signaling, 'server_stopping', () => this.store.update({ serverStopping: true }));
    this.on(signaling, 'room_closed', ({ reason }) => this.hooks.onClosed(reason));
  }

  /** Handles a notification once the meeting has begun, and shows what it changed. */
  private on<Name extends keyof Notifications>(signaling: Signaling, name: Name, handle: Notifications[Name]): void {
    const handleAndShow = (...args: Parameters<Notifications[Name]>) => {
      if (this.closed) return;
      (handle as (...args: Parameters<Notifications[Name]>) => void)(...args);
      this.showParticipants();
    };
    const listener = (...args: Parameters<Notifications[Name]>) => {
      if (this.early) this.early.push(() => handleAndShow(...args));
      else handleAndShow(...args);
    };
    signaling.on(name, listener as unknown as ServerToClientEvents[Name]);
  }

  private async receive(offer: Consumer): Promise<void> {
    const arrival = await this.media!.receiving.receive(offer);
    if (!arrival || this.closed) return;
    const { id: consumerId, participantId, producerId } = offer;
    if (!arrival.held) this.firstMedia.await(consumerId, producerId, arrival.track);
    this.attendance.addTrack({ participantId, producerId, consumerId, congested: false, ...arrival });
    this.showParticipants();
  }

  private hold(consumerId: string, held: boolean): void {
    if (held) this.firstMedia.forget(consumerId);
    this.media?.receiving.setHeld(consumerId, held);
    this.attendance.changeTrack(consumerId, { held });
  }

  private showParticipants(): void {
    this.store.update({ participants: this.attendance.participants });
  }
}
