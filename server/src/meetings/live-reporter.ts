/** Tells the live statistics what the meetings of this server are like now. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { LiveStatsStore } from '../live-stats/live-stats-store.js';
import type { Meeting } from './meeting.js';
import { Meetings } from './meetings.js';

@Injectable()
export class LiveReporter implements OnModuleInit {
  /** Writes wait for one another: a meeting's end must not reach the store before its figures. */
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly meetings: Meetings,
    private readonly liveStats: LiveStatsStore,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(LiveReporter.name);
  }

  onModuleInit(): void {
    this.meetings.on('meeting_began', (meeting) => this.follow(meeting));
  }

  private follow(meeting: Meeting): void {
    const { id: meetingId, room, beganAt } = meeting;

    meeting.on('changed', () => {
      const figures = meeting.figures;
      this.write(() => this.liveStats.put({ meetingId, roomId: room.id, beganAt, ...figures }));
    });
    meeting.once('ended', () => this.write(() => this.liveStats.remove(meetingId)));
  }

  private write(step: () => Promise<void>): void {
    this.writing = this.writing.then(step).catch((error: unknown) => {
      this.logger.error({ error: String(error) }, 'live statistics not written');
    });
  }
}
