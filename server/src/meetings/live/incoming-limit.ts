/** Puts out who sends far more than senders are told to: that they are told binds only those who listen. */
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Refusals } from '../../common/refusals.js';
import { SETTINGS, type Settings } from '../../settings/settings.js';
import { DoorLimits } from '../entry/door-limits.js';
import { Meetings } from '../meetings.js';
import type { Participant } from '../participant.js';
import { IncomingBudget } from './incoming-budget.js';
import type { MediaSample } from './media-looks.js';
import { MediaSampler } from './media-sampler.js';

/** For which somebody who was put out joins no meeting: their client would go on as before. */
const SECONDS_OUTSIDE = 60;

@Injectable()
export class IncomingLimit implements OnModuleInit {
  /** By participant, and not by transport, so that who asks for others again and again gains nothing by it. */
  private readonly budgets = new WeakMap<Participant, IncomingBudget>();

  constructor(
    private readonly sampler: MediaSampler,
    private readonly meetings: Meetings,
    private readonly doors: DoorLimits,
    private readonly refusals: Refusals,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(IncomingLimit.name);
  }

  onModuleInit(): void {
    this.sampler.on('sampled', (sample, participant) => this.look(sample, participant));
  }

  /** Counts whatever comes, also what the worker knows no producer for and drops: it takes the downlink all the same. */
  private look({ bytesReceived, at }: MediaSample, participant: Participant): void {
    const budget = this.budgets.get(participant) ?? new IncomingBudget(this.settings.media.maxIncomingBitrate);
    this.budgets.set(participant, budget);

    if (budget.isOverspentBy(bytesReceived, at)) {
      this.putOut(participant);
    }
  }

  private putOut(participant: Participant): void {
    const meeting = [...this.meetings.current].find(
      ({ participants }) => participants.get(participant.id) === participant,
    );

    // They may have left while the worker was asked.
    if (!meeting) {
      return;
    }

    const { id: participantId, userId } = participant;
    const { maxIncomingBitrate } = this.settings.media;
    this.refusals.note('incoming_bitrate');
    this.logger.warn(
      { roomId: meeting.room.id, meetingId: meeting.id, participantId, userId, maxIncomingBitrate },
      'participant put out, as their client sends far more than it is told',
    );
    // Asked for first, so that it counts when they come again at once.
    this.doors.keepOut(userId, SECONDS_OUTSIDE).catch((error: unknown) => {
      this.logger.warn({ userId, error: String(error) }, 'who was put out may join again at once');
    });
    meeting.moderation.putOut(participant, 'sent_too_much');
  }
}
