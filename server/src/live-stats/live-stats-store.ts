/** Where the figures of the running meetings are kept, for whoever wants to read them. */

export interface LiveMeeting {
  meetingId: string;
  roomId: string;
  beganAt: Date;
  participants: number;
  producers: number;
  consumers: number;
}

/** An abstract class, so that it is the injection token of whichever adapter is used. */
export abstract class LiveStatsStore {
  /** Stores a meeting's present figures in place of its earlier ones. */
  abstract put(figures: LiveMeeting): Promise<void>;

  /** Forgets a meeting, because it ended. */
  abstract remove(meetingId: string): Promise<void>;

  /** How many participants each of the rooms has now; a room without a meeting has 0. */
  abstract participantsNow(roomIds: string[]): Promise<Map<string, number>>;

  abstract all(): Promise<LiveMeeting[]>;
}
