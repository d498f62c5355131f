/**
 * Whose voices get through, where not all can: the loudest, and whoever spoke last until somebody else needs the place.
 *
 * All microphones of a meeting are in one order. The first places, as many as there are voices, are those who get
 * through; a receiver who has one of them hears the one after them instead of themself. Then come those who spoke
 * last, then who never did, then who is muted.
 */

/** Milliseconds after which a place can be taken from somebody who is silent: people pause between words. */
const hold = 750;
/** dB that somebody must be louder to take the place of somebody who speaks too; and milliseconds that this one had it for. */
const margin = 6;
const leastStay = 1000;
/** dBov of somebody who was not heard yet. */
const silence = -127;

export interface HeardVoice {
  participantId: string;
  /** dBov, -127 to 0. */
  volume: number;
}

interface Microphone {
  readonly participantId: string;
  muted: boolean;
  /** Milliseconds. */
  heardAt: number;
  /** When it took the place that it has among those who get through. */
  placedAt: number;
  /** dBov, smoothed. */
  level: number;
}

export class VoiceRanking {
  private order: Microphone[] = [];

  /** @param voices how many get through */
  constructor(private readonly voices: number) {}

  get participantIds(): string[] {
    return this.order.map(({ participantId }) => participantId);
  }

  /** Somebody has a microphone now. */
  add(participantId: string, muted: boolean): void {
    this.remove(participantId);
    const microphone = { participantId, muted, heardAt: -Infinity, placedAt: -Infinity, level: silence };
    this.insert(microphone, muted ? this.order.length : this.unmuted);
  }

  remove(participantId: string): void {
    this.order = this.order.filter((microphone) => microphone.participantId !== participantId);
  }

  mute(participantId: string): void {
    const microphone = this.find(participantId);

    if (microphone && !microphone.muted) {
      this.remove(participantId);
      microphone.muted = true;
      this.insert(microphone, this.unmuted);
    }
  }

  /** Who unmutes is about to speak: they get a place as if they had spoken already. */
  unmute(participantId: string, now: number): void {
    const microphone = this.find(participantId);

    if (microphone?.muted) {
      this.remove(participantId);
      Object.assign(microphone, { muted: false, heardAt: now, placedAt: now, level: silence });
      this.insert(microphone, this.unmuted);
      this.place(microphone, now);
    }
  }

  /** @param loudestFirst who is heard now */
  hear(loudestFirst: readonly HeardVoice[], now: number): void {
    const heard = loudestFirst.flatMap(({ participantId, volume }) => {
      const microphone = this.find(participantId);

      if (!microphone || microphone.muted) {
        return [];
      }

      const wasHeard = now - microphone.heardAt < hold && microphone.level > silence;
      microphone.level = wasHeard ? (microphone.level + volume) / 2 : volume;
      microphone.heardAt = now;

      return microphone;
    });

    heard.forEach((microphone) => this.place(microphone, now));
  }

  /** Gives a microphone that is not among those who get through the best place that it can take from somebody. */
  private place(microphone: Microphone, now: number): void {
    const index = this.order.indexOf(microphone);

    if (index < this.voices) {
      return;
    }

    const replaced = this.replaceable(this.order.slice(0, this.voices), microphone, now);
    const next = this.order[this.voices];

    if (replaced) {
      this.order.splice(index, 1);
      this.order.splice(this.order.indexOf(replaced), 1, microphone);
      this.insert(replaced, this.voices);
      microphone.placedAt = now;
    } else if (next && next !== microphone) {
      this.order.splice(index, 1);
      this.insert(microphone, this.replaceable([next], microphone, now) ? this.voices : this.voices + 1);
    }
  }

  /** The longest silent; where all speak, the quietest, if that is clearly quieter and has had its say. */
  private replaceable(candidates: readonly Microphone[], newcomer: Microphone, now: number): Microphone | undefined {
    const silent = candidates.filter(({ heardAt }) => now - heardAt >= hold);

    if (silent.length > 0) {
      return silent.reduce((one, other) => (other.heardAt < one.heardAt ? other : one));
    }

    return candidates
      .filter(({ level, placedAt }) => newcomer.level - level >= margin && now - placedAt >= leastStay)
      .reduce<Microphone | undefined>((one, other) => (one && one.level <= other.level ? one : other), undefined);
  }

  private find(participantId: string): Microphone | undefined {
    return this.order.find((microphone) => microphone.participantId === participantId);
  }

  private insert(microphone: Microphone, index: number): void {
    this.order.splice(index, 0, microphone);
  }

  /** How many are not muted. */
  private get unmuted(): number {
    return this.order.filter(({ muted }) => !muted).length;
  }
}
