/** The steps from an empty embedded database to today's schema, oldest first. */
import { Begin } from './1-begin.js';
import { Chat } from './3-chat.js';

export const sqliteMigrations = [Begin, Chat];
