/** Keeps the record in order by itself: ends what a crash has left open, and sums up what is over. */
import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { HistoryStore } from './history-store.js';

const minute = 60_000;
/** A running meeting is written every half minute. One that was not for this long has lost its server. */
const staleAfter = 3 * minute;
/** A meeting is recorded within moments of its beginning, unless the database is away; then its time is summed up again. */
const summedUpAfter = 10 * minute;

@Injectable()
export class HistoryUpkeep implements OnModuleInit, BeforeApplicationShutdown {
  private readonly startedAt = new Date();
  private timer: NodeJS.Timeout | undefined;
  private tidying: Promise<void> | null = null;
  private failed = false;
  /** Whether what an earlier process of this server has left open is ended. */
  private earlierEnded = false;

  constructor(
    private readonly store: HistoryStore,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(HistoryUpkeep.name);
  }

  /** Does not wait for the summing up, which reads all meetings once after an upgrade. */
  async onModuleInit(): Promise<void> {
    await this.attempt(() => this.closeUnfinished());
    void this.tidy();
    this.timer = setInterval(() => void this.tidy(), minute).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.tidying;
  }

  /** Does what is due now. Never rejects. */
  tidy(): Promise<void> {
    this.tidying ??= this.attempt(async () => {
      await this.closeUnfinished();
      await this.store.sumUp(new Date(Date.now() - summedUpAfter));
    }).finally(() => (this.tidying = null));

    return this.tidying;
  }

  private async closeUnfinished(): Promise<void> {
    const meetings = await this.store.closeUnfinished({
      serverName: this.settings.cluster.serverName,
      // Once: should another server have the same name by mistake, its meetings would be ended for ever anew.
      startedAt: this.earlierEnded ? new Date(0) : this.startedAt,
      staleBefore: new Date(Date.now() - staleAfter),
    });
    this.earlierEnded = true;

    if (meetings > 0) {
      this.logger.warn({ meetings }, 'ended the record of meetings that a crash had left open');
    }
  }

  /** What fails is done a minute later; one line tells so, however often it happens in a row. */
  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.failed = false;
    } catch (error) {
      if (!this.failed) {
        this.logger.warn(
          { error: String(error) },
          'the record of meetings could not be put in order; tried again in a minute',
        );
      }

      this.failed = true;
    }
  }
}
