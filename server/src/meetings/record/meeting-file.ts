/** What is to be recorded of one meeting while it runs. */
import { randomUUID } from 'node:crypto';
import type { LeaveReason, QualityRating } from '@minimeet/protocol';
import type { ActRecord } from '../../history/act-record.entity.js';
import type { MeetingRecord } from '../../history/meeting-record.entity.js';
import type { ParticipantRecord } from '../../history/participant-record.entity.js';
import type { QualityRecord } from '../../history/quality-record.entity.js';
import type { Meeting } from '../meeting.js';
import type { ModerationAct } from '../order/moderation.js';
import type { Participant } from '../participant.js';

/** Of one meeting, what is kept of how it was kept in order: a client could lock and unlock it all day. */
const mostActs = 5000;

export class MeetingFile {
  /** Milliseconds that those who have left had been there, together. */
  private departedTime = 0;
  private acts = 0;
  /** By participant, as it was recorded last. */
  private readonly qualities = new Map<string, QualityRecord>();
  private readonly roomId: string;

  constructor(
    readonly meeting: Meeting,
    private readonly serverName: string,
  ) {
    this.roomId = meeting.room.id;
  }

  /** What is true of the meeting at this moment; `endedAt` when it is its last. */
  meetingRecord(at: Date, endedAt: Date | null = null): MeetingRecord {
    const { id, beganAt, participants, peakParticipants, totalParticipants, messages } = this.meeting;
    const present = [...participants.values()].reduce((sum, { joinedAt }) => sum + timeBetween(joinedAt, at), 0);

    return {
      id,
      roomId: this.roomId,
      serverName: this.serverName,
      beganAt,
      seenAt: at,
      endedAt,
      peakParticipants,
      totalParticipants,
      participantSeconds: Math.round((this.departedTime + present) / 1000),
      messages,
      goodQuality: this.countRated('good'),
      fairQuality: this.countRated('fair'),
      poorQuality: this.countRated('poor'),
    };
  }

  /** A participant who is there. */
  participantRecord({ id, identity, deviceInfo, joinedAt }: Participant): ParticipantRecord {
    const { userId, displayName } = identity;

    return {
      id,
      meetingId: this.meeting.id,
      userId,
      displayName,
      deviceKind: deviceInfo?.kind ?? null,
      joinedAt,
      leftAt: null,
      leaveReason: null,
    };
  }

  /** A participant who has just left. */
  departureRecord(participant: Participant, leftAt: Date, leaveReason: LeaveReason): ParticipantRecord {
    this.departedTime += timeBetween(participant.joinedAt, leftAt);

    return { ...this.participantRecord(participant), leftAt, leaveReason };
  }

  /** Something that was just done to keep order; `null` where somebody does more than anybody will read. */
  newActRecord({ act, by, whom, detail }: ModerationAct, at: Date): ActRecord | null {
    if (this.acts === mostActs) {
      return null;
    }

    this.acts += 1;

    return {
      id: randomUUID(),
      meetingId: this.meeting.id,
      sequence: this.acts,
      at,
      act,
      byParticipantId: by.participantId!,
      byUserId: by.userId,
      byDisplayName: by.displayName,
      whomParticipantId: whom?.participantId ?? null,
      whomUserId: whom?.userId ?? null,
      whomDisplayName: whom?.displayName ?? null,
      detail,
    };
  }

  /** The quality of a participant's connection, where their client has reported it since this was asked last. */
  newQualityRecord({ id, quality }: Participant): QualityRecord | null {
    const { summary } = quality;

    if (!summary || summary.measuredSeconds === this.qualities.get(id)?.measuredSeconds) {
      return null;
    }

    const record = { participantId: id, ...summary };
    this.qualities.set(id, record);

    return record;
  }

  /** Everything about who is there now, written before or not. */
  presentRecords(): { participants: ParticipantRecord[]; qualities: QualityRecord[] } {
    const present = [...this.meeting.participants.values()];

    return {
      participants: present.map((participant) => this.participantRecord(participant)),
      qualities: present.flatMap(({ id }) => this.qualities.get(id) ?? []),
    };
  }

  private countRated(wanted: QualityRating): number {
    return [...this.qualities.values()].filter(({ rating }) => rating === wanted).length;
  }
}

/** Milliseconds; the machine's clock may have been set back. */
function timeBetween(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime());
}
