/** Records of meetings for tests: usual ones, with what a test wants to be different. */
import { randomUUID } from 'node:crypto';
import type { ActRecord } from '../src/history/act-record.entity.js';
import type { MeetingRecord } from '../src/history/meeting-record.entity.js';
import type { ParticipantRecord } from '../src/history/participant-record.entity.js';
import type { QualityRecord } from '../src/history/quality-record.entity.js';

/** A meeting that runs, as it is in its first moment. */
export function meetingRecord(wanted: Partial<MeetingRecord> = {}): MeetingRecord {
  const { beganAt = new Date() } = wanted;

  return {
    id: randomUUID(),
    roomId: '5f0c7a52-2b3a-4c0e-9d44-6d0a4c8f1f10',
    serverName: 'laptop',
    beganAt,
    seenAt: beganAt,
    endedAt: null,
    peakParticipants: 0,
    totalParticipants: 0,
    participantSeconds: 0,
    messages: 0,
    goodQuality: 0,
    fairQuality: 0,
    poorQuality: 0,
    ...wanted,
  };
}

/** Somebody who is in a meeting. */
export function participantRecord(wanted: Partial<ParticipantRecord> = {}): ParticipantRecord {
  return {
    id: randomUUID(),
    meetingId: randomUUID(),
    userId: randomUUID(),
    displayName: 'Ada',
    deviceKind: 'phone',
    joinedAt: new Date(),
    leftAt: null,
    leaveReason: null,
    ...wanted,
  };
}

/** A good connection. */
export function qualityRecord(wanted: Partial<QualityRecord> = {}): QualityRecord {
  return {
    participantId: randomUUID(),
    rating: 'good',
    roundTripTime: 23.5,
    lossRatio: 0.001,
    sendBitrate: 600_000,
    recvBitrate: 1_200_000,
    freezes: 1,
    freezeSeconds: 0.4,
    measuredSeconds: 60,
    ...wanted,
  };
}

/** Ada muted Grace. */
export function actRecord(wanted: Partial<ActRecord> = {}): ActRecord {
  return {
    id: randomUUID(),
    meetingId: randomUUID(),
    sequence: 1,
    at: new Date(),
    act: 'mute_participant',
    byParticipantId: randomUUID(),
    byUserId: randomUUID(),
    byDisplayName: 'Ada',
    whomParticipantId: randomUUID(),
    whomUserId: randomUUID(),
    whomDisplayName: 'Grace',
    detail: {},
    ...wanted,
  };
}
