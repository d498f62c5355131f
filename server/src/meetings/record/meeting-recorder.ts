/** Writes down what meetings do: their record for later, and a log line for each arrival, departure and act of moderators. */
import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { HistoryWriter } from '../../history/history-writer.js';
import { SETTINGS, type Settings } from '../../settings/settings.js';
import { MeetingFile } from './meeting-file.js';
import { Meetings } from '../meetings.js';
import type { Meeting } from '../meeting.js';

/** Milliseconds between two writings of what has changed about running meetings; a crash loses no more than that. */
const figuresInterval = 30_000;

@Injectable()
export class MeetingRecorder implements OnModuleInit, BeforeApplicationShutdown {
  /** Of the meetings that run. */
  private readonly files = new Set<MeetingFile>();
  private figuresTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly meetings: Meetings,
    private readonly writer: HistoryWriter,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(MeetingRecorder.name);
  }

  onModuleInit(): void {
    this.meetings.on('meeting_began', (meeting) => this.follow(meeting));
    this.writer.on('recovered', () => this.writeEverythingPresent());
    this.figuresTimer = setInterval(() => this.writeFigures(), figuresInterval).unref();
  }

  /** The last departures are stored before the database closes, if it takes them in time. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.figuresTimer);
    await this.writer.finish((this.settings.http.shutdownTimeoutSeconds * 1000) / 2);
  }

  /** Records how far all running meetings are. */
  writeFigures(): void {
    const now = new Date();

    for (const file of this.files) {
      for (const participant of file.meeting.participants.values()) {
        this.writeQuality(file, participant);
      }

      this.writer.put('meetings', file.meetingRecord(now));
    }
  }

  private follow(meeting: Meeting): void {
    const file = new MeetingFile(meeting, this.settings.cluster.serverName);
    const { id: meetingId, room, beganAt } = meeting;
    const logged = { roomId: room.id, meetingId };

    this.files.add(file);
    this.logger.info(logged, 'meeting began');
    this.writer.put('meetings', file.meetingRecord(beganAt));

    meeting.on('participant_joined', (participant) => {
      const { id: participantId, identity, joinedAt } = participant;
      this.logger.info({ ...logged, participantId, userId: identity.userId }, 'participant joined');
      this.writer.put('participants', file.participantRecord(participant));
      this.writer.put('meetings', file.meetingRecord(joinedAt));
    });

    meeting.on('participant_left', (participant, reason) => {
      const { id: participantId, identity } = participant;
      const leftAt = new Date();
      this.logger.info({ ...logged, participantId, userId: identity.userId, reason }, 'participant left');
      this.writer.put('participants', file.departureRecord(participant, leftAt, reason));
      this.writeQuality(file, participant);
      this.writer.put('meetings', file.meetingRecord(leftAt));
    });

    meeting.on('moderated', (moderated) => {
      const { act, by, whom, detail } = moderated;
      const { participantId: byParticipantId, userId: byUserId } = by;
      const about = whom && { participantId: whom.participantId ?? undefined, userId: whom.userId };
      this.logger.info({ ...logged, act, byParticipantId, byUserId, ...about, ...detail }, 'moderated');
      const record = file.newActRecord(moderated, new Date());

      if (record) {
        this.writer.put('acts', record);
      }
    });

    meeting.once('ended', () => {
      const { peakParticipants, totalParticipants, messages } = meeting;
      const endedAt = new Date();
      this.files.delete(file);
      this.logger.info({ ...logged, peakParticipants, totalParticipants, messages }, 'meeting ended');
      this.writer.put('meetings', file.meetingRecord(endedAt, endedAt));
    });
  }

  private writeQuality(file: MeetingFile, participant: Parameters<MeetingFile['newQualityRecord']>[0]): void {
    const record = file.newQualityRecord(participant);

    if (record) {
      this.writer.put('qualities', record);
    }
  }

  /** While the database could not be reached from here, another server may have taken this one for dead and ended its meetings. */
  private writeEverythingPresent(): void {
    for (const file of this.files) {
      const { participants, qualities } = file.presentRecords();
      participants.forEach((record) => this.writer.put('participants', record));
      qualities.forEach((record) => this.writer.put('qualities', record));
    }

    this.writeFigures();
  }
}
