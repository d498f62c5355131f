/** Writes down what meetings do: their history for later, and a log line for each arrival and departure. */
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { HistoryStore } from '../history/history-store.js';
import { Meetings } from './meetings.js';
import type { Meeting } from './meeting.js';

@Injectable()
export class MeetingRecorder implements OnModuleInit, BeforeApplicationShutdown {
  /** Writes wait for one another: a departure must not reach the store before its arrival. */
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly meetings: Meetings,
    private readonly history: HistoryStore,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(MeetingRecorder.name);
  }

  async onModuleInit(): Promise<void> {
    const unfinished = await this.history.closeUnfinished(new Date());

    if (unfinished > 0) {
      this.logger.warn({ meetings: unfinished }, 'ended the record of meetings that a crash had left open');
    }

    this.meetings.on('meeting_began', (meeting) => this.follow(meeting));
  }

  /** The last departures are stored before the database closes. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.writing;
  }

  private follow(meeting: Meeting): void {
    const { id: meetingId, room, beganAt } = meeting;
    const logged = { roomId: room.id, meetingId };

    this.logger.info(logged, 'meeting began');
    this.write(() => this.history.meetingBegan({ meetingId, roomId: room.id, beganAt }));

    meeting.on('participant_joined', ({ id: participantId, identity, deviceInfo, joinedAt }) => {
      const { userId, displayName } = identity;
      this.logger.info({ ...logged, participantId, userId }, 'participant joined');
      this.write(() =>
        this.history.participantJoined({
          participantId,
          meetingId,
          userId,
          displayName,
          deviceKind: deviceInfo?.kind ?? null,
          joinedAt,
        }),
      );
    });

    meeting.on('participant_left', ({ id: participantId, identity }, reason) => {
      const leftAt = new Date();
      this.logger.info({ ...logged, participantId, userId: identity.userId, reason }, 'participant left');
      this.write(() => this.history.participantLeft({ participantId, leftAt, reason }));
    });

    meeting.once('ended', () => {
      const { peakParticipants, totalParticipants, messages } = meeting;
      const endedAt = new Date();
      this.logger.info({ ...logged, peakParticipants, totalParticipants, messages }, 'meeting ended');
      this.write(() =>
        this.history.meetingEnded({ meetingId, endedAt, peakParticipants, totalParticipants, messages }),
      );
    });
  }

  /** A record that cannot be written is logged; the meeting goes on. */
  private write(step: () => Promise<void>): void {
    this.writing = this.writing.then(step).catch((error: unknown) => {
      this.logger.error({ error: String(error) }, 'meeting record not written');
    });
  }
}
