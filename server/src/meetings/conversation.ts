/** Who speaks in a meeting, from what its router measures: who is audible, who leads, and whose voices get through. */
import { EventEmitter } from 'node:events';
import type { ActiveSpeakerObserver, AudioLevelObserver, Producer, Router } from 'mediasoup/types';
import { ActiveSpeakers } from './active-speakers.js';
import { VoiceRanking, type HeardVoice } from './voice-ranking.js';

/** Milliseconds between two looks at the levels: the shortest that mediasoup has, as first syllables wait for it. */
const interval = 250;
/** Milliseconds between two looks at who leads. */
const dominanceInterval = 300;
/** dBov (RFC 6464): quieter than this is no speech. */
const threshold = -55;
/** More active speakers than these are not told. */
const mostActiveSpeakers = 10;

interface ConversationEvents {
  active_speakers: [participantIds: string[]];
  dominant_speaker: [participantId: string | null];
  /** {@link Conversation.voices} are others, or in another order. */
  voices_changed: [];
}

export class Conversation extends EventEmitter<ConversationEvents> {
  private readonly speakerOf = new Map<string, string>();
  private readonly activeSpeakers = new ActiveSpeakers();
  private readonly ranking: VoiceRanking;
  private dominant: string | null = null;
  /** Whom mediasoup chose; it chooses among silent people too, so it is told when they are heard. */
  private chosen: string | null = null;

  private constructor(
    private readonly levels: AudioLevelObserver,
    private readonly dominance: ActiveSpeakerObserver,
    voices: number,
  ) {
    super();
    this.ranking = new VoiceRanking(voices);
    this.activeSpeakers.on('changed', (participantIds) => this.emit('active_speakers', participantIds));
    levels.on('volumes', (volumes) =>
      this.hear(
        volumes.flatMap(({ producer, volume }) => {
          const participantId = this.speakerOf.get(producer.id);

          return participantId === undefined ? [] : { participantId, volume };
        }),
      ),
    );
    dominance.on('dominantspeaker', ({ producer }) => {
      this.chosen = this.speakerOf.get(producer.id) ?? null;
      this.tellDominant();
    });
    levels.observer.once('close', () => this.activeSpeakers.close());
  }

  /** It ends with its router. */
  static async create(router: Router, voices: number): Promise<Conversation> {
    const [levels, dominance] = await Promise.all([
      router.createAudioLevelObserver({ maxEntries: Math.max(mostActiveSpeakers, voices + 1), threshold, interval }),
      router.createActiveSpeakerObserver({ interval: dominanceInterval }),
    ]);

    return new Conversation(levels, dominance, voices);
  }

  /** Audible now, loudest first. */
  get activeSpeakerIds(): string[] {
    return this.activeSpeakers.participantIds;
  }

  /** Who led the conversation last, `null` before anybody did and when they have left. */
  get dominantSpeakerId(): string | null {
    return this.dominant;
  }

  /** Everyone with a microphone, whose voice shall get through first. */
  get voices(): string[] {
    return this.ranking.participantIds;
  }

  /** Listens to a microphone until its producer closes. Rejects when the observers cannot have it. */
  async add(producer: Producer, participantId: string): Promise<void> {
    this.speakerOf.set(producer.id, participantId);
    this.rank(() => this.ranking.add(participantId, producer.paused));
    producer.observer.on('pause', () => this.rank(() => this.ranking.mute(participantId)));
    producer.observer.on('resume', () => this.rank(() => this.ranking.unmute(participantId, performance.now())));
    producer.observer.once('close', () => {
      this.speakerOf.delete(producer.id);
      this.rank(() => this.ranking.remove(participantId));
    });
    await Promise.all([
      this.levels.addProducer({ producerId: producer.id }),
      this.dominance.addProducer({ producerId: producer.id }),
    ]);
  }

  /** Whoever has left leads no more. */
  leave(participantId: string): void {
    if (this.chosen === participantId) {
      this.chosen = null;
    }

    if (this.dominant === participantId) {
      this.dominant = null;
      this.emit('dominant_speaker', null);
    }
  }

  private hear(loudestFirst: readonly HeardVoice[]): void {
    this.rank(() => this.ranking.hear(loudestFirst, performance.now()));
    this.activeSpeakers.hear(loudestFirst.slice(0, mostActiveSpeakers).map(({ participantId }) => participantId));
    this.tellDominant();
  }

  private tellDominant(): void {
    const { chosen } = this;

    if (chosen !== null && chosen !== this.dominant && this.activeSpeakerIds.includes(chosen)) {
      this.dominant = chosen;
      this.emit('dominant_speaker', chosen);
    }
  }

  private rank(change: () => void): void {
    const before = this.voices;
    change();

    if (
      this.voices.some((participantId, index) => participantId !== before[index]) ||
      this.voices.length !== before.length
    ) {
      this.emit('voices_changed');
    }
  }
}
