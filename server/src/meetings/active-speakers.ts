/** Who is audible now, from the levels that the router measures. */
import { EventEmitter } from 'node:events';
import type { AudioLevelObserver, Producer, Router } from 'mediasoup/types';

/** Milliseconds between two looks at the levels. */
const interval = 250;
/** dBov (RFC 6464): quieter than this is no speech. */
const threshold = -55;
/** Milliseconds that somebody counts as speaking after they were last heard: people pause between words. */
const hold = 900;
/** Milliseconds between two changes of who is the loudest, where the same people speak: two who argue would flicker. */
const rankHold = 1000;

export class ActiveSpeakers extends EventEmitter<{ changed: [participantIds: string[]] }> {
  private readonly speakerOf = new Map<string, string>();
  private heard: { participantId: string; at: number }[] = [];
  private told: string[] = [];
  private toldAt = 0;
  private expiry: NodeJS.Timeout | undefined;

  private constructor(private readonly observer: AudioLevelObserver) {
    super();
    observer.on('volumes', (volumes) =>
      this.hear(
        volumes
          .map(({ producer }) => this.speakerOf.get(producer.id))
          .filter((participantId) => participantId !== undefined),
      ),
    );
    observer.observer.once('close', () => clearTimeout(this.expiry));
  }

  /** It ends with its router. */
  static async create(router: Router): Promise<ActiveSpeakers> {
    return new ActiveSpeakers(await router.createAudioLevelObserver({ maxEntries: 10, threshold, interval }));
  }

  /** As they were told last. */
  get participantIds(): string[] {
    return this.told;
  }

  /** Listens to a microphone until its producer closes. */
  async add(producer: Producer, participantId: string): Promise<void> {
    this.speakerOf.set(producer.id, participantId);
    producer.observer.once('close', () => this.speakerOf.delete(producer.id));
    await this.observer.addProducer({ producerId: producer.id });
  }

  private hear(loudestFirst: string[]): void {
    const now = Date.now();
    const stillHeld = this.heard.filter(
      ({ participantId, at }) => now - at < hold && !loudestFirst.includes(participantId),
    );

    this.heard = [...loudestFirst.map((participantId) => ({ participantId, at: now })), ...stillHeld];
    this.tell();

    clearTimeout(this.expiry);

    if (this.heard.length > 0) {
      const oldest = Math.min(...this.heard.map(({ at }) => at));
      this.expiry = setTimeout(() => this.hear([]), oldest + hold - now);
    }
  }

  /** Told when somebody begins or ends, or another becomes the loudest; not for each change of rank behind. */
  private tell(): void {
    const participantIds = this.heard.map(({ participantId }) => participantId);
    const isTold =
      participantIds.length === this.told.length &&
      participantIds.every((participantId) => this.told.includes(participantId)) &&
      (participantIds[0] === this.told[0] || Date.now() - this.toldAt < rankHold);

    if (!isTold) {
      this.told = participantIds;
      this.toldAt = Date.now();
      this.emit('changed', participantIds);
    }
  }
}
