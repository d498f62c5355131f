/** One stay in a meeting: from the answer to `join_room` until the connection or the meeting is over. */
import type { CloseReason, Consumer, RequestResult, ServerToClientEvents } from '@minimeet/protocol';
import type { Device } from 'mediasoup-client';
import type { Attendance } from './attendance.js';
import type { MeetingError } from './meeting-error.js';
import { QualityReporter } from './quality-reporter.js';
import { Receiving } from './receiving.js';
import { Sending } from './sending.js';
import type { Signaling } from './signaling.js';
import type { StateStore } from './state-store.js';
import type { MeetingStats } from './types.js';

/** How long the last report of the connection's quality may hold up leaving, in milliseconds. */
const lastReportLimit = 300;

type Notifications = Omit<ServerToClientEvents, 'welcome' | 'pong' | 'request_failed'>;

interface SessionHooks {
  /** The media connection is beyond repair. */
  onFailed: (error: MeetingError) => void;
  /** The server ended the meeting. */
  onClosed: (reason: CloseReason) => void;
}

export class MeetingSession {
  private media: { sending: Sending; receiving: Receiving } | null = null;
  /** What the server told before the answer to `join_room` was read; `null` from then on. */
  private early: (() => void)[] | null = [];
  private quality: QualityReporter | null = null;
  private closed = false;

  /** Listens from now on, so create it before asking to join. */
  constructor(
    readonly signaling: Signaling,
    private readonly store: StateStore,
    private readonly attendance: Attendance,
    private readonly hooks: SessionHooks,
  ) {
    this.listen();
  }

  /** Takes the server's answer: opens both transports and shows the others. */
  begin(device: Device, answer: RequestResult<'join_room'>): void {
    const { signaling } = this;
    const context = { device, signaling, iceServers: answer.iceServers, onFailed: this.hooks.onFailed };
    this.media = {
      sending: new Sending(answer.sendTransport, context),
      receiving: new Receiving(answer.recvTransport, context),
    };
    this.quality = new QualityReporter(signaling, () => this.getStats());
    this.attendance.reset(answer.participants);
    this.showParticipants();
  }

  /** Handles what was told early, and from now on everything at once. */
  catchUp(): void {
    const early = this.early ?? [];
    this.early = null;
    for (const handle of early) handle();
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
    await this.signaling.request('leave_room', {}, milliseconds).catch(() => undefined);
    this.close();
  }

  close(): void {
    this.closeMedia();
    this.signaling.close();
  }

  private closeMedia(): void {
    this.closed = true;
    this.quality?.stop();
    this.media?.sending.close();
    this.media?.receiving.close();
  }

  private listen(): void {
    const { attendance } = this;
    this.on('user_joined', ({ participant }) => attendance.join(participant));
    this.on('user_left', ({ participantId }) => {
      this.media?.receiving.closeFrom({ participantId });
      attendance.leave(participantId);
    });
    this.on('new_producer', ({ participantId, producer }) => attendance.addProducer(participantId, producer));
    this.on('producer_paused', ({ producerId }) => attendance.pauseProducer(producerId, true));
    this.on('producer_resumed', ({ producerId }) => attendance.pauseProducer(producerId, false));
    this.on('producer_closed', ({ participantId, producerId }) => {
      this.media?.receiving.closeFrom({ producerId });
      attendance.removeProducer(participantId, producerId);
    });
    this.on('new_consumer', (offer, answer) => {
      this.receive(offer).then(
        () => answer({}),
        ({ message }: MeetingError) => answer({ error: { code: 'unsupported_media', message } }),
      );
    });
    this.on('consumer_paused', ({ consumerId }) => this.hold(consumerId, true));
    this.on('consumer_resumed', ({ consumerId }) => this.hold(consumerId, false));
    this.on('consumer_closed', ({ consumerId }) => {
      this.media?.receiving.closeConsumer(consumerId);
      attendance.removeTrack(consumerId);
    });
    this.on('active_speakers', ({ participantIds }) => this.store.update({ activeSpeakers: participantIds }));
    this.on('dominant_speaker', ({ participantId }) => this.store.update({ dominantSpeaker: participantId }));
    this.on('producer_layers_wanted', ({ producerId, spatialLayer }) =>
      this.media?.sending.setLayersWanted(producerId, spatialLayer),
    );
    this.on('room_closed', ({ reason }) => this.hooks.onClosed(reason));
  }

  /** Handles a notification once the meeting has begun, and shows what it changed. */
  private on<Name extends keyof Notifications>(name: Name, handle: Notifications[Name]): void {
    const handleAndShow = (...args: Parameters<Notifications[Name]>) => {
      if (this.closed) return;
      (handle as (...args: Parameters<Notifications[Name]>) => void)(...args);
      this.showParticipants();
    };
    const listener = (...args: Parameters<Notifications[Name]>) => {
      if (this.early) this.early.push(() => handleAndShow(...args));
      else handleAndShow(...args);
    };
    this.signaling.on(name, listener as unknown as ServerToClientEvents[Name]);
  }

  private async receive(offer: Consumer): Promise<void> {
    const arrival = await this.media!.receiving.receive(offer);
    if (!arrival || this.closed) return;
    const { id: consumerId, participantId, producerId } = offer;
    this.attendance.addTrack({ participantId, producerId, consumerId, ...arrival });
    this.showParticipants();
  }

  private hold(consumerId: string, held: boolean): void {
    this.media?.receiving.setHeld(consumerId, held);
    this.attendance.holdTrack(consumerId, held);
  }

  private showParticipants(): void {
    this.store.update({ participants: this.attendance.participants });
  }
}
