/** Carries the record to its store: in batches, and again for as long as the database is away. */
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { isDatabaseUnavailable } from '../common/database-unavailable.js';
import { HistoryStore, type HistoryRecords, type RecordKind } from './history-store.js';

/** Records that wait at most, some 50 MB; the oldest are given up for newer ones. */
const mostWaiting = 100_000;
const batchSize = 500;
/** Milliseconds from one write to the next, at least: in a rush, one transaction takes many records. */
const gatherTime = 200;
/** Milliseconds between attempts; the first, doubled each time up to the longest. */
const firstDelay = 250;
const longestDelay = 5000;
/** How often a record is tried that the database, which answers otherwise, does not take. */
const attemptsOfOne = 6;

/** Meetings last: one that is recorded as ended has nobody in it any more, and all its acts. */
const kinds = ['participants', 'qualities', 'acts', 'meetings'] as const satisfies RecordKind[];

interface Waiting {
  record: HistoryRecords[RecordKind][number];
  failures: number;
}

export interface HistoryWriterEvents {
  /** The database takes records again, after it did not. */
  recovered: [];
}

@Injectable()
export class HistoryWriter extends EventEmitter<HistoryWriterEvents> {
  /** By id: of a record that changes again before it is written, only the last state is. */
  private readonly waiting: Record<RecordKind, Map<string, Waiting>> = {
    participants: new Map(),
    qualities: new Map(),
    acts: new Map(),
    meetings: new Map(),
  };
  private writing: Promise<void> | null = null;
  private away = false;
  private givenUp = 0;
  private readonly finishing = new AbortController();
  private readonly stopped = new AbortController();

  constructor(
    private readonly store: HistoryStore,
    private readonly logger: PinoLogger,
  ) {
    super();
    logger.setContext(HistoryWriter.name);
  }

  /** Takes a record as it is now; it is not to be changed afterwards. Returns at once and never fails. */
  put<Kind extends RecordKind>(kind: Kind, record: HistoryRecords[Kind][number]): void {
    const waiting = this.waiting[kind];
    waiting.set(idOf(record), { record, failures: 0 });

    if (waiting.size > mostWaiting) {
      this.giveUp(kind, waiting.keys().next().value!);
    }

    // What is put in the same tick is written with it.
    this.writing ??= Promise.resolve().then(() => this.write());
  }

  /** Waits until everything is written, no longer than so many milliseconds; then it gives up what is left. */
  async finish(milliseconds: number): Promise<void> {
    this.finishing.abort();
    const late = delay(milliseconds, undefined, { signal: this.stopped.signal, ref: false }).catch(() => undefined);
    await Promise.race([this.writing, late]);
    this.stopped.abort();
    const left = this.countWaiting();

    if (left > 0) {
      this.logger.error({ records: left }, 'the server stops before its record of meetings could be written');
    }
  }

  private countWaiting(): number {
    return kinds.reduce((sum, kind) => sum + this.waiting[kind].size, 0);
  }

  private async write(): Promise<void> {
    let wait = firstDelay;

    while (this.countWaiting() > 0 && !this.stopped.signal.aborted) {
      if (await this.writeOnce()) {
        wait = firstDelay;
        // Whoever waits for the end does not wait for this.
        await delay(gatherTime, undefined, { signal: this.finishing.signal, ref: false }).catch(() => undefined);
      } else {
        await delay(wait, undefined, { signal: this.stopped.signal, ref: false }).catch(() => undefined);
        wait = Math.min(wait * 2, longestDelay);
      }
    }

    this.writing = null;
  }

  /** Writes what waits now. Answers whether all of it was taken. */
  private async writeOnce(): Promise<boolean> {
    let complete = true;

    for (const kind of kinds) {
      const entries = [...this.waiting[kind].values()];

      for (let from = 0; from < entries.length; from += batchSize) {
        const batch = entries.slice(from, from + batchSize);
        const failure = await this.save(kind, batch);

        if (failure) {
          complete = false;

          if (await this.isAway(failure.error)) {
            return false;
          }

          await this.saveOneByOne(kind, batch);
        }
      }
    }

    return complete;
  }

  /** Answers why not, where it fails. */
  private async save(kind: RecordKind, batch: Waiting[]): Promise<{ error: unknown } | null> {
    try {
      await this.store.save(kind, batch.map(({ record }) => record) as HistoryRecords[typeof kind]);
    } catch (error) {
      return { error };
    }

    this.note(false);

    for (const entry of batch) {
      // Unless it has changed again since.
      if (this.waiting[kind].get(idOf(entry.record)) === entry) {
        this.waiting[kind].delete(idOf(entry.record));
      }
    }

    return null;
  }

  /** One bad record must not keep the others from being written. */
  private async saveOneByOne(kind: RecordKind, batch: Waiting[]): Promise<void> {
    for (const entry of batch) {
      const failure = await this.save(kind, [entry]);

      if (!failure) {
        continue;
      }

      if (await this.isAway(failure.error)) {
        return;
      }

      entry.failures += 1;

      if (entry.failures >= attemptsOfOne && this.waiting[kind].get(idOf(entry.record)) === entry) {
        this.waiting[kind].delete(idOf(entry.record));
        this.logger.error(
          { kind, id: idOf(entry.record), error: String(failure.error) },
          'record of a meeting not written',
        );
      }
    }
  }

  /** Whether a failure has nothing to do with the record: it is the same with any other, and passes. */
  private async isAway(error: unknown): Promise<boolean> {
    const isAway =
      isDatabaseUnavailable(error) ||
      (await this.store.ping().then(
        () => false,
        () => true,
      ));

    if (isAway) {
      this.note(true);
    }

    return isAway;
  }

  private giveUp(kind: RecordKind, id: string): void {
    this.waiting[kind].delete(id);
    this.givenUp += 1;

    if (this.givenUp === 1) {
      this.logger.error(
        { kind, mostWaiting },
        'more records of meetings wait than can be kept; the oldest are given up',
      );
    }
  }

  /** One line when the database goes, and one when it is back. */
  private note(away: boolean): void {
    if (this.away === away) {
      return;
    }

    this.away = away;

    if (away) {
      this.logger.warn(
        { records: this.countWaiting() },
        'the record of meetings cannot be written; it is kept until the database is back',
      );
    } else {
      this.logger.info({ givenUp: this.givenUp }, 'the record of meetings is written again');
      this.givenUp = 0;
      this.emit('recovered');
    }
  }
}

function idOf(record: Waiting['record']): string {
  return 'participantId' in record ? record.participantId : record.id;
}
