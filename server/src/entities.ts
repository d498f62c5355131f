/** Every entity of the database; storage is below their folders and cannot name them itself. */
import { ChatMessageEntity } from './chat/chat-message.entity.js';
import { MeetingRecord } from './history/meeting-record.entity.js';
import { ParticipantRecord } from './history/participant-record.entity.js';
import { RoomEntity } from './rooms/room.entity.js';
import { UserEntity } from './users/user.entity.js';

export const entities = [UserEntity, RoomEntity, ChatMessageEntity, MeetingRecord, ParticipantRecord];
