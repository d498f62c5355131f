/** Who speaks in a meeting, from what its routers measure: who is audible, who leads, and whose voices get through. */
import { EventEmitter } from 'node:events';
import type { ActiveSpeakerObserver, AudioLevelObserver, Producer, Router } from 'mediasoup/types';
import { ActiveSpeakers } from './active-speakers.js';
import { VoiceRanking, type HeardVoice } from './voice-ranking.js';

/**
 * Milliseconds between two looks at the levels. mediasoup averages over the packets since the last look and leaves out whoever sent
 * fewer than ten. The short look finds a first syllable soon; the long one finds whoever sends less than 40 packets a
 * second: words cut short by DTX, packets of 60 ms, a network that delivers in bursts.
 */
const intervals = [250, 750];
/** Milliseconds between two looks at who leads. */
const dominanceInterval = 300;
/** dBov (RFC 6464): quieter than this is no speech. */
const threshold = -55;
/** More active speakers than these are not told. */
const mostActiveSpeakers = 10;
/** Looks at which the same person was the loudest, while whoever leads was silent, until that person leads. */
const looksToLead = 3;
/** Milliseconds for which what one look found counts beside what others have found since. */
const levelsLast = 375;

/** Who was heard at one router's last look of one length. */
interface Levels {
  observer: AudioLevelObserver;
  heard: readonly HeardVoice[];
  /** Until when this counts, in milliseconds on a clock that never goes back. */
  until: number;
}

/** What measures the microphones on one router, and what it said last. */
interface Ears {
  levels: readonly Levels[];
  dominance: ActiveSpeakerObserver;
  /** Whom mediasoup chose; it chooses among silent people too, so it is told when they are heard. */
  chosen: string | null;
}

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
  /** Who was the loudest at so many looks in a row, while whoever leads was silent. */
  private successor: { participantId: string; looks: number } | null = null;
  private readonly ears = new Map<Router, Ears>();

  /** @param voices how many get through */
  constructor(private readonly voicesThrough: number) {
    super();
    this.ranking = new VoiceRanking(voicesThrough);
    this.activeSpeakers.on('changed', (participantIds) => this.emit('active_speakers', participantIds));
  }

  /** Listens on a router as well, until that closes. */
  async addRouter(router: Router): Promise<void> {
    const [dominance, ...levels] = await Promise.all([
      router.createActiveSpeakerObserver({ interval: dominanceInterval }),
      ...intervals.map((interval) => this.levelsOf(router, interval)),
    ]);

    // The workers may have answered although the router was closed meanwhile.
    if (dominance.closed) {
      return;
    }

    const ears: Ears = { levels, dominance, chosen: null };
    this.ears.set(router, ears);
    dominance.on('dominantspeaker', ({ producer }) => {
      ears.chosen = this.speakerOf.get(producer.id) ?? null;
      this.tellDominant();
    });
    dominance.observer.once('close', () => this.ears.delete(router));
  }

  close(): void {
    this.activeSpeakers.close();
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

  /** Listens to a microphone on a router until its producer closes. Rejects when the router's observers cannot have it. */
  async add(producer: Producer, participantId: string, router: Router): Promise<void> {
    const ears = this.ears.get(router);

    if (!ears) {
      throw new Error('nobody listens on this router');
    }

    this.speakerOf.set(producer.id, participantId);
    this.rank(() => this.ranking.add(participantId, producer.paused));
    producer.observer.on('pause', () => this.rank(() => this.ranking.mute(participantId)));
    producer.observer.on('resume', () => this.rank(() => this.ranking.unmute(participantId, performance.now())));
    producer.observer.once('close', () => {
      this.speakerOf.delete(producer.id);
      this.rank(() => this.ranking.remove(participantId));
    });
    const observers = [ears.dominance, ...ears.levels.map(({ observer }) => observer)];
    await Promise.all(observers.map((observer) => observer.addProducer({ producerId: producer.id })));
  }

  /** Whoever has left leads no more. */
  leave(participantId: string): void {
    for (const ears of this.ears.values()) {
      if (ears.chosen === participantId) {
        ears.chosen = null;
      }
    }

    if (this.dominant === participantId) {
      this.dominant = null;
      this.emit('dominant_speaker', null);
    }
  }

  private async levelsOf(router: Router, interval: number): Promise<Levels> {
    const maxEntries = Math.max(mostActiveSpeakers, this.voicesThrough + 1);
    const observer = await router.createAudioLevelObserver({ maxEntries, threshold, interval });
    const levels: Levels = { observer, heard: [], until: -Infinity };
    observer.on('volumes', (volumes) => {
      levels.heard = volumes.flatMap(({ producer, volume }) => {
        const participantId = this.speakerOf.get(producer.id);

        return participantId === undefined ? [] : { participantId, volume };
      });
      levels.until = performance.now() + levelsLast;
      this.hear();
    });

    return levels;
  }

  private hear(): void {
    const now = performance.now();
    const loudestFirst = loudestOfEach(
      [...this.ears.values()]
        .flatMap(({ levels }) => levels)
        .filter(({ until }) => now < until)
        .flatMap(({ heard }) => heard),
    );

    this.rank(() => this.ranking.hear(loudestFirst, now));
    this.activeSpeakers.hear(loudestFirst.slice(0, mostActiveSpeakers).map(({ participantId }) => participantId));
    this.countSuccessor();
    this.tellDominant();
  }

  /**
   * Each router chose somebody; of these, whoever is loudest leads. A router takes its time to choose somebody who says little: where
   * nobody whom it chose is heard, and whoever leads is silent, somebody else leads who is heard again and again.
   */
  private tellDominant(): void {
    const chosen = new Set([...this.ears.values()].map((ears) => ears.chosen));
    const leader = this.activeSpeakerIds.find((participantId) => chosen.has(participantId)) ?? this.elected;

    if (leader !== undefined && leader !== this.dominant) {
      this.dominant = leader;
      this.emit('dominant_speaker', leader);
    }
  }

  private get elected(): string | undefined {
    return this.successor && this.successor.looks >= looksToLead ? this.successor.participantId : undefined;
  }

  private countSuccessor(): void {
    const [loudest] = this.activeSpeakerIds;

    if (loudest === undefined || (this.dominant !== null && this.activeSpeakerIds.includes(this.dominant))) {
      this.successor = null;
    } else if (this.successor?.participantId === loudest) {
      this.successor.looks += 1;
    } else {
      this.successor = { participantId: loudest, looks: 1 };
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

/** Everyone once, with the loudest of their levels; loudest first. */
function loudestOfEach(heard: readonly HeardVoice[]): HeardVoice[] {
  const loudestFirst = heard.toSorted((one, other) => other.volume - one.volume);

  return loudestFirst.filter(
    ({ participantId }, index) => loudestFirst.findIndex((voice) => voice.participantId === participantId) === index,
  );
}
