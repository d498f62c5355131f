/** Which right each request needs, and the one place that asks for it. */
import type { RequestName, RequestPayload } from '@minimeet/protocol';
import type { Participant } from '../participant.js';
import { assertHas, isAppointed, type Right } from './rights.js';

/** All windows of the user behind a participant: what is done to one of them is done to their user. None for one who is not there. */
type FindWindows = (participantId: string) => readonly Participant[];

type Need<Name extends RequestName> =
  readonly Right[] | ((payload: RequestPayload<Name>, by: Participant, find: FindWindows) => readonly Right[]);

const nothing: readonly Right[] = [];
const order = ['moderate'] as const;

/** Of every request, so that one that is added without a rule does not compile. */
export const needs: { readonly [Name in RequestName]: Need<Name> } = {
  ping: nothing,
  join_room: nothing,
  resume_session: nothing,
  set_rtp_capabilities: nothing,
  connect_transport: nothing,
  restart_ice: nothing,
  rebuild_media: nothing,
  produce: (request, by) => by.rightsToProduce(request),
  set_video_size: nothing,
  pause_producer: nothing,
  resume_producer: ({ producerId }, by) => (by.isSound(producerId) ? ['unmute'] : nothing),
  close_producer: nothing,
  request_key_frame: nothing,
  set_preferred_layers: nothing,
  set_view: nothing,
  send_message: ['chat'],
  chat_history: nothing,
  search_messages: nothing,
  react_to_message: ['chat'],
  set_role: ({ participantId, role }, _, find) => (isAppointed(role) ? ['appoint'] : orderOver(find(participantId))),
  mute_participant: order,
  mute_all: order,
  stop_source: order,
  remove_participant: ({ participantId }, _, find) => orderOver(find(participantId)),
  lock_meeting: order,
  set_meeting_switches: order,
  end_meeting: order,
  raise_hand: nothing,
  lower_hand: ({ participantId }, by) =>
    participantId === undefined || participantId === by.id ? nothing : ['moderate'],
  send_reaction: nothing,
  // Whether somebody deletes what another one wrote, the chat's store knows.
  delete_message: nothing,
  report_quality: nothing,
  // Who lets people in is for the lobby to say.
  admit: nothing,
  refuse: nothing,
  leave_room: nothing,
};

/** @throws not_allowed */
export function authorize<Name extends RequestName>(
  by: Participant,
  find: FindWindows,
  name: Name,
  payload: RequestPayload<Name>,
): void {
  const need: Need<Name> = needs[name];
  assertHas(by, typeof need === 'function' ? need(payload, by, find) : need);
}

/** The highest role of their windows counts, whichever of them is meant. */
function orderOver(windows: readonly Participant[]): readonly Right[] {
  return windows.some(({ role }) => isAppointed(role)) ? ['appoint'] : order;
}
