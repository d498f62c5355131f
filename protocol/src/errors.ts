/** The error codes that every edge of MiniMeet speaks, REST and Socket.IO alike. */
import { z } from 'zod';

/** Each code with what it tells the caller. A client decides by the code; the message beside it is for people. */
export const errorCodes = {
  invalid_payload: 'The body, query or event payload does not have the required shape',
  payload_too_large: 'The body or event is larger than the server accepts',
  unknown_event: 'There is no such Socket.IO event',
  not_found: 'There is no such route or page',
  unauthorized: 'A valid access token is missing',
  invalid_token: 'The join token lets nobody in (any more)',
  invalid_invitation: 'The invitation was used or withdrawn, has expired, or is for another room',
  access_ended: 'This account or guest was deactivated or deleted',
  invalid_credentials: 'E-mail or password is wrong',
  not_allowed: 'You may not do this',
  password_required: 'The room has a password; say it with join_room',
  wrong_password: 'The password of the room is another one',
  lobby_waiting: 'Wait in the lobby until somebody lets you in',
  rate_limited: 'Too many requests; wait a little and try again',
  too_many_connections: 'Too many connections are open from this address or of this user; close one of them',
  email_taken: 'Another user has this e-mail address',
  user_not_found: 'There is no such user',
  api_key_not_found: 'There is no such API key',
  room_not_found: 'There is no such room',
  meeting_not_found: 'There is no record of such a meeting',
  message_not_found: 'There is no such message in this room',
  meeting_elsewhere: 'The meeting of this room is on another server',
  meeting_locked: 'The meeting is locked: nobody new may enter',
  room_full: 'The room has reached its number of participants',
  server_full: 'The server has reached its number of participants; try again later',
  already_joined: 'This socket is in a meeting already',
  not_joined: 'Join a room first',
  participant_not_found: 'There is no such participant in the meeting',
  session_expired: 'There is no such stay in a meeting to come back to; join again',
  transport_not_found: 'You have no such transport',
  transport_already_connected: 'The transport is connected already',
  producer_not_found: 'You have no such producer',
  source_in_use: 'You are about to send this source already',
  consumer_not_found: 'You have no such consumer',
  unsupported_media: 'The media parameters do not fit this meeting',
  chat_unavailable: 'The message could not be stored; send it again',
  meeting_ended: 'The meeting has ended',
  database_unavailable: 'The database does not answer; try again in a moment',
  server_stopping: 'The server is stopping; connect again in a moment',
  timeout: 'The server did not finish in time',
  internal_error: 'Something went wrong on the server',
} as const;

export type ErrorCode = keyof typeof errorCodes;

export const errorCodeSchema = z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]);

/** One fault in a payload: where it is (`['name']`) and what is wrong with it. */
export const payloadIssueSchema = z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() });
export type PayloadIssue = z.infer<typeof payloadIssueSchema>;

/** A server among several that share their databases; `url` is where its pages and sockets are, where it was told. */
export const serverReferenceSchema = z.object({ name: z.string(), url: z.string().nullable() });
export type ServerReference = z.infer<typeof serverReferenceSchema>;

/** The one shape of an error on the wire: the body of a failed REST call and the answer to a failed event. */
export const errorAnswerSchema = z.object({
  error: z.object({
    code: errorCodeSchema,
    message: z.string(),
    /** The faults, with `invalid_payload`. */
    issues: z.array(payloadIssueSchema).optional(),
    /** Where to go instead, with `meeting_elsewhere`. */
    server: serverReferenceSchema.optional(),
  }),
});
export type ErrorAnswer = z.infer<typeof errorAnswerSchema>;
