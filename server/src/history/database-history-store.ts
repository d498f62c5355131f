/** The record of meetings in the database of users and rooms; the same for each kind of SQL database. */
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, type Repository } from 'typeorm';
import {
  HistoryStore,
  type MeetingBeginning,
  type MeetingEnding,
  type ParticipantArrival,
  type ParticipantDeparture,
} from './history-store.js';
import { MeetingRecord } from './meeting-record.entity.js';
import { ParticipantRecord } from './participant-record.entity.js';

@Injectable()
export class DatabaseHistoryStore extends HistoryStore {
  constructor(
    @InjectRepository(MeetingRecord) private readonly meetings: Repository<MeetingRecord>,
    @InjectRepository(ParticipantRecord) private readonly participants: Repository<ParticipantRecord>,
  ) {
    super();
  }

  override async meetingBegan({ meetingId, roomId, beganAt }: MeetingBeginning): Promise<void> {
    await this.meetings.insert({ id: meetingId, roomId, beganAt });
  }

  override async participantJoined({ participantId, ...arrival }: ParticipantArrival): Promise<void> {
    await this.participants.insert({ id: participantId, ...arrival });
  }

  override async participantLeft({ participantId, leftAt, reason }: ParticipantDeparture): Promise<void> {
    await this.participants.update({ id: participantId }, { leftAt, leaveReason: reason });
  }

  override async meetingEnded({ meetingId, ...ending }: MeetingEnding): Promise<void> {
    await this.meetings.update({ id: meetingId }, ending);
  }

  override async closeUnfinished(at: Date): Promise<number> {
    await this.participants.update({ leftAt: IsNull() }, { leftAt: at, leaveReason: 'connection_lost' });
    const { affected } = await this.meetings.update({ endedAt: IsNull() }, { endedAt: at });
    return affected ?? 0;
  }
}
