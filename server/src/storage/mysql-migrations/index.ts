/** The steps from an empty MySQL database to today's schema, oldest first. */
import { Begin } from './1-begin.js';
import { History } from './2-history.js';
import { RoomAccess } from './3-room-access.js';
import { Sessions } from './4-sessions.js';
import { JoinTokens } from './5-join-tokens.js';
import { ModerationActs } from './6-moderation-acts.js';
import { RoomInvitations } from './7-room-invitations.js';

export const mysqlMigrations = [Begin, History, RoomAccess, Sessions, JoinTokens, ModerationActs, RoomInvitations];
