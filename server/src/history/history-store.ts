/** Where the record of past meetings is kept. */
import type { ActRecord } from './act-record.entity.js';
import type { MeetingRecord } from './meeting-record.entity.js';
import type { ParticipantRecord } from './participant-record.entity.js';
import type { QualityRecord } from './quality-record.entity.js';

/** What to write, each kind by its id: the whole row as it is now. */
export interface HistoryRecords {
  participants: ParticipantRecord[];
  qualities: QualityRecord[];
  acts: ActRecord[];
  meetings: MeetingRecord[];
}

export type RecordKind = keyof HistoryRecords;

export interface Unfinished {
  /** This server; what it began before `startedAt` an earlier process of it has left open. */
  serverName: string;
  startedAt: Date;
  /** Whatever was not seen since, of all servers, runs no more. */
  staleBefore: Date;
}

/** An abstract class, so that it is the injection token of whichever adapter is used. */
export abstract class HistoryStore {
  /**
   * Writes rows, in place of what is there under the same ids: writing again what may have been written already does no
   * harm. All rows of one call are of one kind and of different ids.
   */
  abstract save<Kind extends RecordKind>(kind: Kind, records: HistoryRecords[Kind]): Promise<void>;

  /** Rejects where the database does not answer. */
  abstract ping(): Promise<void>;

  /**
   * Ends the meetings, and the stays in them, that a crash has left without an end: at the time when they were seen last.
   * Answers how many meetings it ended.
   */
  abstract closeUnfinished(unfinished: Unfinished): Promise<number>;

  /** Sums up for analytics what began before `before` and before every meeting that runs. */
  abstract sumUp(before: Date): Promise<void>;
}
