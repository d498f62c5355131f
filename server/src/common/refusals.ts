/** What was refused because of a limit, for whoever wants to watch. */
import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';

export const limitNames = [
  'rest_requests',
  'file_requests',
  'new_guests',
  'new_rooms',
  'guest_rooms',
  'password_attempts',
  'failed_logins',
  'api_key_secrets',
  'room_passwords',
  'knocks',
  'lobby_places',
  'open_connections',
  'new_connections',
  'joins',
  'room_participants',
  'user_seats',
  'server_participants',
  'requests',
  'media_requests',
  'meeting_media_requests',
  'socket_refusals',
  'chat_messages',
  'chat_history',
  'socket_backlog',
  'total_socket_backlog',
  'incoming_bitrate',
] as const;

/** Which limit it was; the table in docs/operating.md says what each counts. */
export type LimitName = (typeof limitNames)[number];

@Injectable()
export class Refusals extends EventEmitter<{ refused: [limit: LimitName] }> {
  note(limit: LimitName): void {
    this.emit('refused', limit);
  }
}
