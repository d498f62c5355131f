/** How joining went: when the answer came, and when the first sound and the first picture did. */
import { limits, type JoinTimings } from '@minimeet/protocol';

type Kind = MediaStreamTrack['kind'];

export class FirstMedia {
  /** Milliseconds from the beginning; `null` until it happened. */
  private answered: number | null = null;
  private readonly first: Record<Kind, number | null> = { audio: null, video: null };
  /** What was sent when this client came, and has not arrived: by consumer. */
  private readonly awaited = new Map<string, { track: MediaStreamTrack; abandon: () => void }>();
  /** Who was there then. */
  private present: ReadonlySet<string> = new Set();
  private told = false;

  /** @param began when the client began to connect, on the clock of `performance.now()` */
  constructor(private began: number) {}

  /** What was until now does not count as joining. */
  beginAgain(): void {
    this.began = performance.now();
  }

  /** The answer to `join_room` came, with the producers that were there then. */
  noteAnswer(producerIds: Iterable<string>): void {
    this.answered = this.elapsed;
    this.present = new Set(producerIds);
  }

  /**
   * A track of a consumer, through which something should flow from now on. Counts where its producer was there when this
   * client came: whoever begins to send later says nothing of how joining went.
   *
   * A track that comes from the network is muted until its first packet (W3C webrtc, section 5.1); one that cannot tell, as in
   * Node, is left out.
   */
  await(consumerId: string, producerId: string, track: MediaStreamTrack): void {
    const { kind } = track;
    if (!this.present.has(producerId) || !track.muted || this.first[kind] !== null) return;
    const noteArrival = () => this.noteArrival(kind);
    track.addEventListener('unmute', noteArrival);
    this.awaited.set(consumerId, { track, abandon: () => track.removeEventListener('unmute', noteArrival) });
  }

  /** Nothing flows through a consumer any more for now, so it cannot be waited for. */
  forget(consumerId: string): void {
    this.awaited.get(consumerId)?.abandon();
    this.awaited.delete(consumerId);
  }

  /**
   * What there is to report, unless it was reported already; `undefined` while something may yet come.
   *
   * @param last whether there is no other opportunity: what did not come by now is left out
   */
  report(last: boolean): JoinTimings | undefined {
    for (const [consumerId, { track }] of [...this.awaited]) {
      if (track.readyState === 'ended') this.forget(consumerId);
    }
    const isOver = this.elapsed >= limits.joinMilliseconds;
    if (this.told || this.answered === null || (this.awaited.size > 0 && !isOver && !last)) return undefined;
    const missing = new Set(isOver ? [...this.awaited.values()].map(({ track }) => track.kind) : []);
    const timeOf = (kind: Kind) => this.first[kind] ?? (missing.has(kind) ? limits.joinMilliseconds : null);
    return { answered: this.answered, firstAudio: timeOf('audio'), firstVideo: timeOf('video') };
  }

  /** The server has the report. */
  noteTold(): void {
    this.told = true;
    this.close();
  }

  close(): void {
    for (const consumerId of [...this.awaited.keys()]) this.forget(consumerId);
  }

  private noteArrival(kind: Kind): void {
    this.first[kind] ??= this.elapsed;
    for (const [consumerId, awaited] of [...this.awaited]) {
      if (awaited.track.kind === kind) this.forget(consumerId);
    }
  }

  private get elapsed(): number {
    return Math.min(limits.joinMilliseconds, performance.now() - this.began);
  }
}
