/** Looks at what the workers count of each participant's media: one after the other, at a pace that costs next to nothing. */
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { within } from '../../common/within.js';
import { MediaLooks, type MediaSample } from './media-looks.js';
import type { Meeting } from '../meeting.js';
import { Meetings } from '../meetings.js';
import type { Participant } from '../participant.js';

/** Milliseconds from one look at a participant to the next, unless there are too many for that. */
const INTERVAL = 5000;
/**
 * Most questions to the workers in a second, but for the two of each participant who leaves or gets other transports, so that all of them together stay below 1 % of a core however many participants there
 * are; a round through all of them then takes longer. `server/test/metrics-cost.spec.ts` tells what one costs.
 */
export const QUESTIONS_PER_SECOND = 100;
/** Milliseconds. A worker that hangs never answers. */
const PATIENCE = 1000;

/** Bit/s, as in {@link MediaSample}. */
export interface MediaBitrates {
  incoming: number;
  outgoing: number;
}

/**
 * Counters of transports in the samples are complete, unless their worker dies; those of a stream lack what it did between the last look at it and its end.
 * Whoever shares its figures does not need to ask the workers again.
 */
@Injectable()
export class MediaSampler
  extends EventEmitter<{ sampled: [MediaSample, Participant] }>
  implements OnModuleInit, BeforeApplicationShutdown
{
  private readonly looks = new MediaLooks();
  private readonly bitrates = new WeakMap<Participant, MediaBitrates>();
  private readonly underWay = new WeakSet<Participant>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly meetings: Meetings,
    private readonly logger: PinoLogger,
  ) {
    super();
    logger.setContext(MediaSampler.name);
  }

  onModuleInit(): void {
    this.meetings.on('meeting_began', (meeting) =>
      meeting.on('participant_joined', (participant) =>
        participant.on('media_closing', () => this.lookAtEnd(participant)),
      ),
    );
    void this.goRound();
  }

  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  /** What arrives from and leaves for all in a meeting, as it was seen last. */
  bitratesOf({ participants }: Meeting): MediaBitrates {
    const sum = { incoming: 0, outgoing: 0 };

    for (const participant of participants.values()) {
      const { incoming, outgoing } = this.bitrates.get(participant) ?? { incoming: 0, outgoing: 0 };
      sum.incoming += incoming;
      sum.outgoing += outgoing;
    }

    return sum;
  }

  private async goRound(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const participants = [...this.meetings.current].flatMap((meeting) => [...meeting.participants.values()]);

      for (const participant of participants) {
        const questions = this.lookAt(participant);
        await this.pause(Math.max(INTERVAL / participants.length, (questions / QUESTIONS_PER_SECOND) * 1000));
      }

      if (participants.length === 0) {
        await this.pause(INTERVAL);
      }
    }
  }

  private async pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { ref: false, signal: this.stopping.signal }).catch(() => undefined);
  }

  /** Does not wait for the answers: a worker that hangs must not hold up the look at the others. @returns how many questions it asked */
  private lookAt(participant: Participant): number {
    if (participant.media.closed || this.underWay.has(participant) || this.stopping.signal.aborted) {
      return 0;
    }

    const { questions, sample } = this.looks.lookAt(participant);
    this.underWay.add(participant);
    const taken = sample
      .then(
        (told) => this.take(participant, told),
        // The participant has gone, or has other transports.
        () => undefined,
      )
      .finally(() => this.underWay.delete(participant));
    within(PATIENCE, taken).catch(() => this.bitrates.delete(participant));

    return questions;
  }

  /** The worker answers before it closes anything, as it was asked before. */
  private lookAtEnd(participant: Participant): void {
    if (!this.stopping.signal.aborted) {
      this.looks.lookAtTransports(participant).then(
        (told) => this.tell(participant, told),
        // The worker has died.
        () => undefined,
      );
    }
  }

  private take(participant: Participant, sample: MediaSample): void {
    this.bitrates.set(participant, { incoming: sample.incomingBitrate, outgoing: sample.outgoingBitrate });
    this.tell(participant, sample);
  }

  private tell(participant: Participant, sample: MediaSample): void {
    try {
      this.emit('sampled', sample, participant);
    } catch (error) {
      this.logger.error({ err: error }, 'what was seen of media could not be taken in');
    }
  }
}
