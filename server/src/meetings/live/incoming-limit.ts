/** Puts out who sends far more than senders are told to: that they are told binds only those who listen. */
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Refusals } from '../../common/refusals.js';
import { SETTINGS, type Settings } from '../../settings/settings.js';
import { DoorLimits } from '../entry/door-limits.js';
import type { Meeting } from '../meeting.js';
import { Meetings } from '../meetings.js';
import type { Participant } from '../participant.js';
import { IncomingBudget, TOLERANCE } from './incoming-budget.js';
import type { MediaSample } from './media-looks.js';
import { MediaSampler } from './media-sampler.js';

/** For which somebody who was put out joins no meeting: their client would go on as before. */
const SECONDS_OUTSIDE = 60;

@Injectable()
export class IncomingLimit implements OnModuleInit {
  /** By participant, and not by transport, so that who asks for others again and again gains nothing by it. */
  private readonly budgets = new WeakMap<Participant, IncomingBudget>();
  /** By user, of those who left, and what forgets them: who comes again goes on with the worst of them. */
  private readonly left = new Map<string, Map<IncomingBudget, NodeJS.Timeout>>();

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
    this.meetings.on('meeting_began', (meeting) => {
      meeting.on('participant_joined', (participant) => this.begin(participant));
      meeting.on('participant_left', (participant) => this.keep(participant));
    });
    this.sampler.on('sampled', (sample, participant) => this.look(sample, participant));
  }

  private begin(participant: Participant): void {
    const { userId } = participant;
    const { maxIncomingBitrate } = this.settings.media;
    const at = now();
    const left = [...(this.left.get(userId)?.keys() ?? [])];
    const [worst] = left.sort((one, other) => other.excessAt(at) - one.excessAt(at));

    if (worst) {
      this.forget(userId, worst);
    }

    this.budgets.set(participant, worst ?? new IncomingBudget(maxIncomingBitrate, at));
  }

  /** For as long as anything of what they sent can be left over: more than that puts them out. */
  private keep(participant: Participant): void {
    const { userId } = participant;
    const budget = this.budgets.get(participant);

    if (budget) {
      const forgetting = setTimeout(() => this.forget(userId, budget), TOLERANCE.seconds * 1000).unref();
      this.left.set(userId, (this.left.get(userId) ?? new Map()).set(budget, forgetting));
    }
  }

  private forget(userId: string, budget: IncomingBudget): void {
    const left = this.left.get(userId);
    clearTimeout(left?.get(budget));
    left?.delete(budget);

    if (left?.size === 0) {
      this.left.delete(userId);
    }
  }

  /**
   * Counts what was taken for media: of anything else nobody knows who sent it, as whoever can make up an address can send packets in
   * the name of another one.
   */
  private look({ mediaBytesReceived, at }: MediaSample, participant: Participant): void {
    const budget = this.budgets.get(participant);

    if (budget?.isOverspentBy(mediaBytesReceived, at)) {
      this.putOut(participant, budget);
    }
  }

  /** They may have left while the worker was asked, and come again already. */
  private putOut({ id: participantId, userId }: Participant, budget: IncomingBudget): void {
    const here = this.holderOf(budget);
    const { maxIncomingBitrate } = this.settings.media;
    this.refusals.note('incoming_bitrate');
    this.logger.warn(
      { roomId: here?.meeting.room.id, meetingId: here?.meeting.id, participantId, userId, maxIncomingBitrate },
      'participant put out, as their client sends far more than it is told',
    );
    // Asked for first, so that it counts when they come again at once.
    this.doors.keepOut(userId, SECONDS_OUTSIDE).catch((error: unknown) => {
      this.logger.warn({ userId, error: String(error) }, 'who was put out may join again at once');
    });
    this.forget(userId, budget);

    if (here) {
      // What they sent until their transports close is told still, and is no more than one offence.
      this.budgets.delete(here.participant);
      here.meeting.moderation.putOut(here.participant, 'sent_too_much');
    }
  }

  private holderOf(budget: IncomingBudget): { meeting: Meeting; participant: Participant } | undefined {
    return [...this.meetings.current]
      .flatMap((meeting) => [...meeting.participants.values()].map((participant) => ({ meeting, participant })))
      .find(({ participant }) => this.budgets.get(participant) === budget);
  }
}

/** Milliseconds on the machine's clock that the media workers read too. */
function now(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
