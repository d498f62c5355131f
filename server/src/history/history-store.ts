/** Where the record of past meetings is kept. */
import type { DeviceInfo, LeaveReason } from '@minimeet/protocol';

export interface MeetingBeginning {
  meetingId: string;
  roomId: string;
  beganAt: Date;
}

export interface ParticipantArrival {
  participantId: string;
  meetingId: string;
  userId: string;
  displayName: string;
  /** `null` where the client did not say. */
  deviceKind: DeviceInfo['kind'] | null;
  joinedAt: Date;
}

export interface ParticipantDeparture {
  participantId: string;
  leftAt: Date;
  reason: LeaveReason;
}

export interface MeetingEnding {
  meetingId: string;
  endedAt: Date;
  /** Most participants at one time. */
  peakParticipants: number;
  /** How many joined in all. */
  totalParticipants: number;
  /** Chat messages written during the meeting. */
  messages: number;
}

/** An abstract class, so that it is the injection token of whichever adapter is used. */
export abstract class HistoryStore {
  abstract meetingBegan(meeting: MeetingBeginning): Promise<void>;

  abstract participantJoined(arrival: ParticipantArrival): Promise<void>;

  abstract participantLeft(departure: ParticipantDeparture): Promise<void>;

  abstract meetingEnded(meeting: MeetingEnding): Promise<void>;

  /**
   * Ends, as of `at`, every meeting and stay that has no end: what a crash leaves behind. Called at start, before
   * anyone joins. Answers how many meetings it ended.
   */
  abstract closeUnfinished(at: Date): Promise<number>;
}
