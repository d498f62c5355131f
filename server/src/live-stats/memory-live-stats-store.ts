/** Live figures in the memory of this process: those of a server that is alone. */
import { Injectable } from '@nestjs/common';
import {
  LiveStatsStore,
  type LiveChange,
  type LiveFigures,
  type LiveMeeting,
  type LiveServer,
} from './live-stats-store.js';

@Injectable()
export class MemoryLiveStatsStore extends LiveStatsStore {
  private server: LiveServer | null = null;
  private readonly meetings = new Map<string, LiveMeeting>();

  override async report(server: LiveServer, meetings: LiveMeeting[]): Promise<void> {
    this.server = structuredClone(server);
    this.meetings.clear();
    this.take(meetings);
  }

  override async change(_serverId: string, { meetings, ended }: LiveChange): Promise<void> {
    for (const { id } of ended) {
      this.meetings.delete(id);
    }

    this.take(meetings);
  }

  override async withdraw(): Promise<void> {
    this.server = null;
    this.meetings.clear();
  }

  override async participantsNow(roomIds: string[]): Promise<Map<string, number>> {
    const participants = new Map(roomIds.map((roomId) => [roomId, 0]));

    for (const meeting of this.meetings.values()) {
      const counted = participants.get(meeting.roomId);
      if (counted !== undefined) {
        participants.set(meeting.roomId, counted + meeting.participants.length);
      }
    }

    return participants;
  }

  override async all(): Promise<LiveFigures> {
    return { servers: await this.servers(), meetings: structuredClone([...this.meetings.values()]), degraded: false };
  }

  override async servers(): Promise<LiveServer[]> {
    return this.server ? [structuredClone(this.server)] : [];
  }

  private take(meetings: LiveMeeting[]): void {
    for (const meeting of meetings) {
      this.meetings.set(meeting.id, structuredClone(meeting));
    }
  }
}
