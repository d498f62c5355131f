/** Other transports for participants whose own broke: begun when a worker dies, or when a client asks, and taken up by the client. */
import { DomainError } from '../common/domain-error.js';
import type { ParticipantMedia } from './participant-media.js';
import type { Participant } from './participant.js';

export interface MediaRebuildsOptions {
  open(): Promise<ParticipantMedia>;
  isHere(participant: Participant): boolean;
  rebuilt(participant: Participant): void;
}

export class MediaRebuilds {
  /** Those that are being made, or that their client has not asked for yet. */
  private readonly awaited = new Map<Participant, Promise<void>>();
  /** Of whom they are being made. */
  private readonly running = new Set<Participant>();

  constructor(private readonly options: MediaRebuildsOptions) {}

  /** Whether there are other transports than a participant's client knows of, or will be. */
  has(participant: Participant): boolean {
    return this.awaited.has(participant);
  }

  /**
   * Begins before the client asks, as what it has is gone: what others will send to it, and it to them, need not wait for
   * one another. Does not wait for the end; what fails is tried again when the client asks.
   */
  foresee(participant: Participant): void {
    // One that is under way looks for another worker by itself.
    if (!this.running.has(participant)) {
      this.begin(participant).catch(() => undefined);
    }
  }

  /**
   * For a client that asks: when this resolves, the participant's media is new. Who asks again meanwhile gets the same.
   *
   * @throws not_joined (they have left meanwhile)
   */
  async take(participant: Participant): Promise<void> {
    const rebuilt = this.awaited.get(participant) ?? this.begin(participant);
    await rebuilt;
    const newest = this.awaited.get(participant) ?? rebuilt;

    // Another worker died.
    if (newest !== rebuilt) {
      return this.take(participant);
    }

    this.awaited.delete(participant);
    participant.takeUpMedia();
  }

  forget(participant: Participant): void {
    this.awaited.delete(participant);
  }

  private begin(participant: Participant): Promise<void> {
    this.running.add(participant);
    const rebuilt = this.rebuild(participant).finally(() => this.running.delete(participant));
    this.awaited.set(participant, rebuilt);
    rebuilt.catch(() => {
      if (this.awaited.get(participant) === rebuilt) {
        this.awaited.delete(participant);
      }
    });

    return rebuilt;
  }

  private async rebuild(participant: Participant): Promise<void> {
    const { open, isHere, rebuilt } = this.options;

    try {
      const media = await open();

      if (isHere(participant)) {
        participant.media.close();
        await media.restore(participant.media);
      }

      if (!isHere(participant)) {
        media.close();
      } else if (media.closed) {
        // Another worker died.
        return await this.rebuild(participant);
      } else {
        participant.replaceMedia(media);
        rebuilt(participant);

        return;
      }
    } catch (error) {
      // Without anybody in it, the meeting and its routers are gone.
      if (isHere(participant)) {
        throw error;
      }
    }

    throw new DomainError('not_joined');
  }
}
