/** The steps from an empty embedded database to today's schema, oldest first. */
import { Begin } from './1-begin.js';
import { History } from './2-history.js';
import { Chat } from './3-chat.js';
import { RoomAccess } from './4-room-access.js';
import { Sessions } from './5-sessions.js';
import { JoinTokens } from './6-join-tokens.js';
import { ModerationActs } from './7-moderation-acts.js';
import { DeletedWords } from './8-deleted-words.js';
import { ChatGuests } from './9-chat-guests.js';
import { RoomInvitations } from './10-room-invitations.js';

export const sqliteMigrations = [
  Begin,
  History,
  Chat,
  RoomAccess,
  Sessions,
  JoinTokens,
  ModerationActs,
  DeletedWords,
  ChatGuests,
  RoomInvitations,
];
