/** Every entity of the databases; storage is below their folders and cannot name them itself. */
import { ApiKeyEntity } from './auth/api-key.entity.js';
import { SessionEntity } from './auth/session.entity.js';
import { ChatMessageEntity } from './chat/chat-message.entity.js';
import { historyEntities } from './history/entities.js';
import { RoomEntity } from './rooms/room.entity.js';
import { RoomInvitationEntity } from './rooms/room-invitation.entity.js';
import type { DatabaseEntities } from './storage/entity-classes.js';
import { JoinTokenRevocation } from './tokens/join-token-revocation.entity.js';
import { UserEntity } from './users/user.entity.js';

/** Of chat, which is kept in MongoDB or in the embedded database, never in MySQL. */
const chatEntities = [ChatMessageEntity];

const relationalEntities = [
  UserEntity,
  SessionEntity,
  ApiKeyEntity,
  RoomEntity,
  RoomInvitationEntity,
  JoinTokenRevocation,
  ...historyEntities,
];

export const entities: DatabaseEntities = {
  all: [...relationalEntities, ...chatEntities],
  relational: relationalEntities,
};
