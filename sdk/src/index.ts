/** MeetingClient: a participant of a meeting, without a user interface. */
export { MeetingClient } from './meeting-client.js';
export { MeetingError, type MeetingErrorCode } from './meeting-error.js';
export type * from './types.js';
export type {
  ChatMessage,
  CloseReason,
  DeviceInfo,
  Grant,
  Layers,
  MeetingSwitches,
  Reaction,
  Role,
  RoomSummary,
  Source,
  ViewedTile,
  WaitingPerson,
} from '@minimeet/protocol';
