/**
 * What this participant wants to send, and its way to the server.
 *
 * The wish (a track for a source, muted or not) is kept here for as long as the application has it, whatever happens to the
 * connection. Reconciling compares it with what the server has and applies the difference, step by step, whenever the wish
 * or the stay in the meeting has changed.
 */
import type { ProducerState, Source } from '@minimeet/protocol';
import type { Captured } from './capture.js';
import { cameraEncodings } from './encodings.js';
import { keepEqual } from './keep-equal.js';
import { MeetingError } from './meeting-error.js';
import type { Sending, SentMedia } from './sending.js';
import type { StateStore } from './state-store.js';
import type { LocalMedia, LocalMediaBySource, PublishOptions } from './types.js';

/** Not the failure of what was being sent: attach() takes up the wish again once there are transports. */
const interruptionCodes = new Set(['connection_failed', 'transport_not_found']);

type Recapture = () => Promise<Captured[]>;

interface Wish {
  track: MediaStreamTrack;
  paused: boolean;
  /** The sdk captured the track, so the sdk stops it. */
  captured: boolean;
  readonly encodings: PublishOptions['encodings'];
  readonly whenEnded: NonNullable<PublishOptions['whenEnded']>;
  /** Simulcast layers for the track's size, which a track that has ended no longer tells. */
  layers: number;
  /** Of what the sdk captured: captures from another device when this one is lost. */
  recapture: Recapture | null;
  readonly onEnded: () => void;
}

export class Publications {
  private readonly wishes = new Map<Source, Wish>();
  private readonly sent = new Map<Source, { media: SentMedia; wish: Wish }>();
  private readonly reconciling = new Map<Source, Promise<void>>();
  private sending: Sending | null = null;
  /** Until clear(). */
  private kept = new AbortController();

  constructor(private readonly store: StateStore) {}

  /** Joined, or joined again, or with other transports: publishes everything that is wished for. */
  attach(sending: Sending): void {
    this.detach();
    this.sending = sending;
    for (const source of this.wishes.keys()) this.reconcileUnasked(source);
  }

  /** Back on the same seat after answers may have been lost: `producers` is what the server has. */
  resume(sending: Sending, producers: readonly ProducerState[]): void {
    const there = new Map(producers.map((producer) => [producer.id, producer]));
    for (const [source, { media, wish }] of this.sent) {
      const producer = there.get(media.producerId);
      there.delete(media.producerId);
      if (producer) media.learnPaused(producer.paused, wish.paused);
      else {
        this.sent.delete(source);
        media.closeHere();
      }
    }
    for (const { id, source } of there.values()) {
      // What is wished for takes its place.
      if (!this.wishes.has(source)) sending.closeStray(id).catch(() => undefined);
    }
    this.show();
    for (const source of new Set([...this.wishes.keys(), ...this.sent.keys()])) this.reconcileUnasked(source);
  }

  /** The server muted it: so it is wished for, until somebody unmutes. */
  mutedThere(source: Source): void {
    const wish = this.wishes.get(source);
    if (!wish) return;
    wish.paused = true;
    wish.track.enabled = false;
    this.sent.get(source)?.media.learnPaused(true, true);
    this.show();
    // An answer that is on its way may be to an earlier wish.
    this.reconcileUnasked(source);
  }

  /** The server closed it, and does not take it again unasked. */
  stoppedThere(source: Source): void {
    this.withdraw(source);
    this.sent.get(source)?.media.closeHere();
    this.sent.delete(source);
    this.show();
    this.reconcileUnasked(source);
  }

  /** The server's producers are gone; the wishes stay. */
  detach(): void {
    this.sending = null;
    this.sent.clear();
    this.show();
  }

  /** Left for good: gives the tracks back to the application, and stops those that were captured here. */
  clear(): void {
    this.kept.abort();
    this.kept = new AbortController();
    for (const source of [...this.wishes.keys()]) this.withdraw(source);
    this.detach();
  }

  /**
   * Publishes what was captured, in place of what was captured before; returns the first track. A producer that is there is kept:
   * making another one is a right that may be gone by now.
   *
   * @param recapture captures from another device when that one is lost
   */
  async publishCaptured(capturing: Promise<Captured[]>, recapture: Recapture | null = null): Promise<MediaStreamTrack> {
    const { signal } = this.kept;
    const captured = await capturing;
    if (signal.aborted) {
      for (const { track } of captured) track.stop();
      throw new MeetingError('aborted', 'The meeting was left');
    }
    const sources = captured.map(({ source }) => source);
    // The sound of the screen before, where the one that takes its place has none.
    if (sources.includes('screen') && !sources.includes('screen_audio') && this.wishes.get('screen_audio')?.captured) {
      await this.unpublish('screen_audio').catch(() => undefined);
    }
    await Promise.all(captured.map(({ source, track }) => this.putCaptured(source, track, recapture)));
    return captured[0]!.track;
  }

  private async putCaptured(source: Source, track: MediaStreamTrack, recapture: Recapture | null): Promise<void> {
    const done = this.wishes.has(source)
      ? this.replaceTrack(source, track, true)
      : this.publish(source, track, {}, true);
    const wish = this.wishes.get(source);
    if (wish?.track === track) wish.recapture = recapture;
    await done;
  }

  /** Resolves once the server has it, or at once while there is no meeting. A source that is sent already is replaced. */
  async publish(
    source: Source,
    track: MediaStreamTrack,
    options: PublishOptions = {},
    captured = false,
  ): Promise<void> {
    if (track.readyState === 'ended') throw new MeetingError('not_supported', 'The track has ended already');
    const before = this.wishes.get(source);
    const wish: Wish = {
      track,
      paused: options.paused ?? false,
      captured: captured || (before?.track === track && before.captured),
      encodings: options.encodings,
      whenEnded: options.whenEnded ?? 'unpublish',
      layers: layersOf(track),
      recapture: null,
      onEnded: () => this.endOf(source, wish),
    };
    // The same track again (with other options) must not be stopped.
    if (before?.track === track) before.captured = false;
    this.withdraw(source);
    this.wishes.set(source, wish);
    adopt(wish);
    this.show();
    await this.reconcile(source);
    if (this.wishes.get(source) !== wish) throw new MeetingError('aborted', 'It was unpublished meanwhile');
  }

  /** Nothing happens if the source is not sent. The sound of a screen that was captured with it goes with the screen. */
  async unpublish(source: Source): Promise<void> {
    const withSound = source === 'screen' && this.wishes.get('screen_audio')?.captured;
    const ended: Source[] = withSound ? ['screen', 'screen_audio'] : [source];
    for (const each of ended) this.withdraw(each);
    this.show();
    await Promise.all(ended.map((each) => this.reconcile(each)));
  }

  /**
   * Keeps the producer, so that the others see no interruption, unless the new picture's size asks for another number of
   * layers. Rejects with `producer_not_found` if the source is not sent.
   */
  async replaceTrack(source: Source, track: MediaStreamTrack, captured = false): Promise<void> {
    const wish = this.wishOf(source);
    const { paused, encodings, whenEnded } = wish;
    if (wish.track === track) return;
    if (track.readyState === 'ended') throw new MeetingError('not_supported', 'The track has ended already');
    if (source === 'camera' && !encodings && wish.layers !== layersOf(track)) {
      return this.publish(source, track, { paused, whenEnded }, captured);
    }
    release(wish);
    wish.track = track;
    wish.captured = captured;
    wish.layers = layersOf(track);
    adopt(wish);
    this.show();
    await this.reconcile(source);
  }

  /** The flow stops here at once, before the server knows; it resumes at once too, and is muted again if the server refuses. */
  async setPaused(source: Source, paused: boolean): Promise<void> {
    const wish = this.wishOf(source);
    wish.paused = paused;
    wish.track.enabled = !paused;
    if (paused) this.sent.get(source)?.media.pauseHere();
    this.show();
    try {
      await this.reconcile(source);
    } catch (error) {
      if (!paused) {
        wish.paused = true;
        wish.track.enabled = false;
        this.show();
      }
      throw error;
    }
  }

  private wishOf(source: Source): Wish {
    const wish = this.wishes.get(source);
    if (!wish) throw new MeetingError('producer_not_found', 'You do not send this source');
    return wish;
  }

  private withdraw(source: Source): void {
    const wish = this.wishes.get(source);
    if (wish) release(wish);
    this.wishes.delete(source);
  }

  /** The device was unplugged, or the user ended the screen share in the browser. */
  private endOf(source: Source, wish: Wish): void {
    if (this.wishes.get(source) !== wish) return;
    if (wish.recapture) void this.recapture(source, wish, wish.recapture);
    else if (wish.whenEnded === 'unpublish') this.unpublish(source).catch(() => undefined);
  }

  /** Another device takes the producer over; without one, the source is over. */
  private async recapture(source: Source, wish: Wish, recapture: Recapture): Promise<void> {
    const lost = wish.track;
    const isCurrent = () => this.wishes.get(source) === wish && wish.track === lost;
    try {
      const [captured] = await recapture();
      if (!captured) return;
      if (isCurrent()) await this.putCaptured(source, captured.track, recapture);
      else captured.track.stop();
    } catch {
      if (isCurrent()) await this.unpublish(source).catch(() => undefined);
    }
  }

  /** Mutes everything that is wished for, before it is published again. */
  muteAll(): void {
    for (const wish of this.wishes.values()) {
      wish.paused = true;
      wish.track.enabled = false;
    }
    this.show();
  }

  /** Brings the server to the wish, after what is being done for this source already. */
  private reconcile(source: Source): Promise<void> {
    const before = this.reconciling.get(source) ?? Promise.resolve();
    const run = before.catch(() => undefined).then(() => this.apply(source));
    this.reconciling.set(source, run);
    return run;
  }

  /** Reconciles what nobody waits for. */
  private reconcileUnasked(source: Source): void {
    this.reconcile(source).catch((error: MeetingError) => this.store.emit('publish_failed', { source, error }));
  }

  private async apply(source: Source): Promise<void> {
    for (;;) {
      const { sending } = this;
      if (!sending) return;
      try {
        if (await this.step(source, sending)) return;
      } catch (thrown) {
        const error = MeetingError.from(thrown, 'internal_error');
        if (this.sending !== sending || interruptionCodes.has(error.code)) return;
        if (error.code !== 'producer_not_found') throw error;
        this.sent.delete(source);
        this.show();
      }
    }
  }

  /** One difference between wish and server; true if there is none. */
  private async step(source: Source, sending: Sending): Promise<boolean> {
    const wish = this.wishes.get(source);
    const sent = this.sent.get(source);
    if (sent && sent.wish !== wish) {
      this.sent.delete(source);
      this.show();
      await sent.media.close();
    } else if (wish && !sent) {
      // Nothing to begin with, until another track takes the place of one that has ended.
      if (wish.track.readyState === 'ended') return true;
      await this.start(source, wish, sending);
    } else if (wish && sent && sent.media.track !== wish.track) {
      await sent.media.replaceTrack(wish.track);
    } else if (wish && sent && sent.media.paused !== wish.paused) {
      await sent.media.setPaused(wish.paused);
    } else {
      return true;
    }
    return false;
  }

  private async start(source: Source, wish: Wish, sending: Sending): Promise<void> {
    const { track, paused, encodings } = wish;
    try {
      const media = await sending.send({ source, track, paused, encodings });
      if (this.sending !== sending) return;
      this.sent.set(source, { media, wish });
    } catch (thrown) {
      const error = MeetingError.from(thrown, 'internal_error');
      // What the server or the browser refuses is not tried again after a reconnect.
      const refused = this.sending === sending && !interruptionCodes.has(error.code);
      if (refused && this.wishes.get(source) === wish) this.withdraw(source);
      throw error;
    } finally {
      this.show();
    }
  }

  private show(): void {
    const before = this.store.state.localMedia;
    const after: Partial<Record<Source, LocalMedia>> = {};
    for (const [source, { track, paused }] of this.wishes) {
      const sent = this.sent.get(source);
      const producerId = sent?.wish === this.wishes.get(source) ? (sent?.media.producerId ?? null) : null;
      after[source] = keepEqual(before[source], { source, track, paused, producerId });
    }
    this.store.update({ localMedia: keepEqual<LocalMediaBySource>(before, after) });
  }
}

function layersOf(track: MediaStreamTrack): number {
  return cameraEncodings(track.getSettings()).length;
}

/** A muted track carries silence or black, so that nothing leaks where a producer cannot stop it. */
function adopt({ track, paused, onEnded }: Wish): void {
  track.enabled = !paused;
  track.addEventListener('ended', onEnded);
}

function release({ track, captured, onEnded }: Wish): void {
  track.removeEventListener('ended', onEnded);
  if (captured) track.stop();
  else track.enabled = true;
}
