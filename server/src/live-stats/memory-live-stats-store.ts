/** Live figures in the memory of this process. */
import { Injectable } from '@nestjs/common';
import { LiveStatsStore, type LiveMeeting } from './live-stats-store.js';

@Injectable()
export class MemoryLiveStatsStore extends LiveStatsStore {
  readonly #meetings = new Map<string, LiveMeeting>();

  override async put(figures: LiveMeeting): Promise<void> {
    this.#meetings.set(figures.meetingId, { ...figures });
  }

  override async remove(meetingId: string): Promise<void> {
    this.#meetings.delete(meetingId);
  }

  override async participantsNow(roomIds: string[]): Promise<Map<string, number>> {
    const participants = new Map(roomIds.map((roomId) => [roomId, 0]));
    for (const meeting of this.#meetings.values()) {
      const counted = participants.get(meeting.roomId);
      if (counted !== undefined) {
        participants.set(meeting.roomId, counted + meeting.participants);
      }
    }
    return participants;
  }

  override async all(): Promise<LiveMeeting[]> {
    return [...this.#meetings.values()].map((figures) => ({ ...figures }));
  }
}
