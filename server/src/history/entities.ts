/** The entities of the record. */
import { ActRecord } from './act-record.entity.js';
import { MeetingRecord } from './meeting-record.entity.js';
import { MeetingSums } from './meeting-sums.entity.js';
import { ParticipantRecord } from './participant-record.entity.js';
import { QualityRecord } from './quality-record.entity.js';
import { RoomSums } from './room-sums.entity.js';

export const historyEntities = [MeetingRecord, ParticipantRecord, QualityRecord, ActRecord, MeetingSums, RoomSums];
