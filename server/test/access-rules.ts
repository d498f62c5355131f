/**
 * Who may do what: a rule for every REST route and every request over sockets. `authorisation.spec.ts` tries all of them as everybody, and
 * fails where a route or a request has no rule here.
 */
import type { ErrorCode, RequestName, RequestPayload } from '@minimeet/protocol';

/**
 * Everybody who may knock. `anonymous` has no token; `deactivated` has one that was good; a `guest` and a `stranger` with an
 * account have nothing to do with the room; somebody `sent` came into it with a join token; a `member` belongs to it; an
 * `application` has an API key of its owner; an `admin` owns nothing here. What a room's own may, who has the same in another room
 * may not: its owner, an application of theirs, and who was sent there.
 */
export const roles = [
  'anonymous',
  'deactivated',
  'guest',
  'stranger',
  'sent',
  'member',
  'owner',
  'application',
  'admin',
  'ownerElsewhere',
  'applicationElsewhere',
  'sentElsewhere',
] as const;
export type Role = (typeof roles)[number];

/** Who may be in the meeting. A host has made strangers `moderator` and `attendee` there; the others are what they came as. */
export const seats = ['guest', 'stranger', 'sent', 'member', 'owner', 'admin', 'moderator', 'attendee'] as const;
export type Seat = (typeof seats)[number];

/** Who has a token that is good for more than one room. */
const known: readonly Role[] = ['guest', 'stranger', 'member', 'owner', 'admin', 'ownerElsewhere'];
const owners: readonly Role[] = ['owner', 'application', 'admin'];

/** What a call is about; all of it is there, and none of it is the caller's but where their role says so. */
export interface World {
  /** The caller, or somebody who is nobody where they have no account. */
  callerId: string;
  /** An account that is nobody's of the roles. */
  otherId: string;
  roomSlug: string;
  /** Of somebody's session, which whoever has it may use. */
  refreshToken: string;
  /** Of the room's owner. */
  apiKeyId: string;
  /** For the room. */
  joinToken: string;
  /** A recorded meeting of the room. */
  meetingId: string;
}

export interface RouteRule {
  may: readonly Role[];
  body?: (world: World) => object;
  /** What stands in the path; the id of a user is another's, unless the rule says how it is with one's own. */
  path?: (world: World) => Record<string, string>;
  /** Who may do the same where the user in the path is themselves. */
  ofThemselves?: readonly Role[];
}

const inRoom = ({ roomSlug }: World) => ({ idOrSlug: roomSlug });

/** Keys are as the OpenAPI description names a route. Who may not is answered `not_allowed`, without a good token `unauthorized`. */
export const routeRules: Record<string, RouteRule> = {
  'POST /auth/login': {
    may: roles,
    body: () => ({ email: 'account@example.org', password: 'a long enough password' }),
  },
  'POST /auth/refresh': { may: roles, body: ({ refreshToken }) => ({ refreshToken }) },
  'POST /auth/logout': { may: roles, body: ({ refreshToken }) => ({ refreshToken }) },
  'POST /auth/logout-everywhere': { may: known },
  'GET /auth/options': { may: roles },
  'POST /auth/guest': { may: roles, body: () => ({ displayName: 'Grace' }) },

  'POST /auth/join-token': { may: roles, body: ({ joinToken }) => ({ token: joinToken }) },

  'POST /api-keys': { may: known.filter((role) => role !== 'guest'), body: () => ({ label: 'Shop' }) },
  'GET /api-keys': { may: known },
  'DELETE /api-keys/{id}': { may: ['owner', 'admin'], path: ({ apiKeyId }) => ({ id: apiKeyId }) },

  'POST /users': { may: roles, body: () => ({ email: `${crypto.randomUUID()}@example.org`, username: 'New' }) },
  'GET /users': { may: ['admin'] },
  'GET /users/me': { may: [...known, 'sent', 'sentElsewhere'] },
  'GET /users/{id}': { may: ['admin'], ofThemselves: known, path: ({ otherId }) => ({ id: otherId }) },
  'PATCH /users/{id}': {
    may: ['admin'],
    ofThemselves: known,
    path: ({ otherId }) => ({ id: otherId }),
    body: () => ({ username: 'Renamed' }),
  },
  'DELETE /users/{id}': { may: ['admin'], ofThemselves: known, path: ({ otherId }) => ({ id: otherId }) },

  'POST /rooms': { may: [...known, 'application', 'applicationElsewhere'], body: () => ({ name: 'Another room' }) },
  'GET /rooms': { may: known },
  // The room is open, and an application sees of it what its account does.
  'GET /rooms/{idOrSlug}': { may: [...known, 'sent', 'application', 'applicationElsewhere'], path: inRoom },
  'PATCH /rooms/{idOrSlug}': { may: owners, path: inRoom, body: () => ({ name: 'Renamed' }) },
  'DELETE /rooms/{idOrSlug}': { may: owners, path: inRoom },

  'POST /rooms/{idOrSlug}/tokens': {
    may: ['application'],
    path: inRoom,
    body: () => ({ identity: 'customer 7', name: 'Grace' }),
  },
  'DELETE /rooms/{idOrSlug}/tokens/{identity}': {
    may: ['application'],
    path: ({ roomSlug }) => ({ idOrSlug: roomSlug, identity: 'customer 7' }),
  },

  'POST /rooms/{idOrSlug}/participants': {
    may: ['owner', 'admin'],
    path: inRoom,
    body: ({ otherId }) => ({ userId: otherId }),
  },
  'POST /rooms/{idOrSlug}/invitations': { may: ['owner', 'admin'], path: inRoom, body: () => ({ label: 'Grace' }) },
  'GET /rooms/{idOrSlug}/invitations': { may: ['owner', 'admin'], path: inRoom },
  'DELETE /rooms/{idOrSlug}/invitations/{id}': {
    may: ['owner', 'admin'],
    path: ({ roomSlug, otherId }) => ({ idOrSlug: roomSlug, id: otherId }),
  },
  'GET /rooms/{idOrSlug}/participants': { may: ['member', 'owner', 'admin'], path: inRoom },
  'DELETE /rooms/{idOrSlug}/participants/{userId}': {
    may: ['owner', 'admin'],
    ofThemselves: known,
    path: ({ roomSlug, otherId }) => ({ idOrSlug: roomSlug, userId: otherId }),
  },

  'GET /rooms/{idOrSlug}/analytics': { may: ['owner', 'admin'], path: inRoom },
  'GET /rooms/{idOrSlug}/meetings': { may: ['owner', 'admin'], path: inRoom },
  'GET /analytics/overview': { may: known },
  'GET /meetings/{id}': { may: ['owner', 'admin'], path: ({ meetingId }) => ({ id: meetingId }) },

  'GET /admin/live': { may: ['admin'] },
  'GET /health/live': { may: roles },
  'GET /health/ready': { may: roles },
};

/** Of somebody in a meeting: what belongs to them there, and what the server alone and they themselves know. */
export interface Belongings {
  participantId: string;
  resumeToken: string;
  sendTransportId: string;
  recvTransportId: string;
  producerId: string;
  consumerId: string;
  /** Of a message that they wrote. */
  sequence: number;
}

export type Outcome = 'ok' | ErrorCode;

export interface RequestRule<Name extends RequestName> {
  payload: (belongings: Belongings, roomSlug: string) => RequestPayload<Name> | Record<string, never>;
  /** With a socket that is in no meeting, about what is somebody else's. */
  outside: Outcome;
  /** In the meeting, about what is somebody else's; left out where a request is about nothing that is anybody's. For roles that are not named, `ok`. */
  ofAnother?: Outcome | Partial<Record<Seat, Outcome>>;
  /** As host of another meeting, about what is somebody's in this one; never `ok`. Left out where `ofAnother` is. */
  elsewhere?: ErrorCode;
  /** In the meeting, about what is one's own; for roles that are not named, `ok`. */
  inside?: Partial<Record<Seat, Outcome>>;
}

const fingerprint = { algorithm: 'sha-256', value: Array(32).fill('AB').join(':') } as const;

const codecs = {
  camera: { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 },
  microphone: { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 },
} as const;

/** What `produce` takes, on an SSRC that nobody else uses. */
export const sending = (transportId: string, source: 'camera' | 'microphone') => ({
  transportId,
  kind: source === 'camera' ? ('video' as const) : ('audio' as const),
  source,
  rtpParameters: { codecs: [codecs[source]], encodings: [{ ssrc: 1 + Math.floor(Math.random() * 0xffff_fffe) }] },
  paused: false,
});

/** In a meeting, the owner and administrators are hosts. */
const moderatorsOnly = {
  attendee: 'not_allowed',
  guest: 'not_allowed',
  stranger: 'not_allowed',
  sent: 'not_allowed',
  member: 'not_allowed',
} as const;

/** Who lets others in: hosts, moderators and the room's members. */
const lobbyKeepersOnly = {
  attendee: 'not_allowed',
  guest: 'not_allowed',
  stranger: 'not_allowed',
  sent: 'not_allowed',
} as const;

/** What an attendee sent is closed. */
const nothingOfAttendees = { attendee: 'producer_not_found' } as const;

const everybody = (outcome: Outcome) => Object.fromEntries(seats.map((seat) => [seat, outcome]));

export const requestRules: { [Name in RequestName]: RequestRule<Name> } = {
  ping: { payload: () => ({}), outside: 'ok' },
  join_room: {
    payload: (_, roomSlug) => ({ roomId: roomSlug }),
    outside: 'ok',
    inside: everybody('already_joined'),
  },
  resume_session: {
    payload: ({ participantId, resumeToken }) => ({ participantId, resumeToken }),
    outside: 'session_expired',
    ofAnother: 'already_joined',
    elsewhere: 'already_joined',
    inside: everybody('already_joined'),
  },
  set_rtp_capabilities: {
    payload: () => ({ rtpCapabilities: {} }),
    outside: 'not_joined',
    // They were said with `join_room` and are said once.
    inside: everybody('not_allowed'),
  },
  connect_transport: {
    payload: ({ recvTransportId }) => ({
      transportId: recvTransportId,
      dtlsParameters: { role: 'client', fingerprints: [fingerprint] },
    }),
    outside: 'not_joined',
    ofAnother: 'transport_not_found',
    elsewhere: 'transport_not_found',
  },
  restart_ice: {
    payload: ({ recvTransportId }) => ({ transportId: recvTransportId }),
    outside: 'not_joined',
    ofAnother: 'transport_not_found',
    elsewhere: 'transport_not_found',
  },
  rebuild_media: { payload: () => ({}), outside: 'not_joined' },
  produce: {
    payload: ({ sendTransportId }) => sending(sendTransportId, 'microphone'),
    outside: 'not_joined',
    ofAnother: { ...everybody('transport_not_found'), attendee: 'not_allowed' },
    elsewhere: 'transport_not_found',
    inside: { attendee: 'not_allowed' },
  },
  set_video_size: {
    payload: ({ producerId }) => ({ producerId, videoSize: { width: 640, height: 360 } }),
    outside: 'not_joined',
    ofAnother: 'producer_not_found',
    elsewhere: 'producer_not_found',
    inside: nothingOfAttendees,
  },
  pause_producer: {
    payload: ({ producerId }) => ({ producerId }),
    outside: 'not_joined',
    ofAnother: 'producer_not_found',
    elsewhere: 'producer_not_found',
    inside: nothingOfAttendees,
  },
  resume_producer: {
    payload: ({ producerId }) => ({ producerId }),
    outside: 'not_joined',
    ofAnother: 'producer_not_found',
    elsewhere: 'producer_not_found',
    inside: nothingOfAttendees,
  },
  close_producer: {
    payload: ({ producerId }) => ({ producerId }),
    outside: 'not_joined',
    ofAnother: 'producer_not_found',
    elsewhere: 'producer_not_found',
    inside: nothingOfAttendees,
  },
  request_key_frame: {
    payload: ({ consumerId }) => ({ consumerId }),
    outside: 'not_joined',
    ofAnother: 'consumer_not_found',
    elsewhere: 'consumer_not_found',
  },
  set_preferred_layers: {
    payload: ({ consumerId }) => ({ consumerId, spatialLayer: 0 }),
    outside: 'not_joined',
    ofAnother: 'consumer_not_found',
    elsewhere: 'consumer_not_found',
  },
  set_view: { payload: () => ({ tiles: [] }), outside: 'not_joined' },
  send_message: { payload: () => ({ text: 'Hello', clientMessageId: 'one' }), outside: 'not_joined' },
  chat_history: { payload: () => ({}), outside: 'not_joined' },
  search_messages: { payload: () => ({ text: 'hello', limit: 20 }), outside: 'not_joined' },
  react_to_message: {
    payload: ({ sequence }) => ({ sequence, emoji: '👍', reacted: true }),
    outside: 'not_joined',
    ofAnother: 'ok',
    elsewhere: 'message_not_found',
  },
  report_quality: {
    payload: () => ({
      seconds: 10,
      roundTripTime: 20,
      packetsReceived: 100,
      packetsLost: 0,
      sendBitrate: 1000,
      recvBitrate: 1000,
      freezes: 0,
      freezeSeconds: 0,
    }),
    outside: 'not_joined',
  },
  set_role: {
    payload: ({ participantId }) => ({ participantId, role: 'attendee' }),
    outside: 'not_joined',
    ofAnother: moderatorsOnly,
    elsewhere: 'participant_not_found',
    // A host by right stays one.
    inside: everybody('not_allowed'),
  },
  mute_participant: {
    payload: ({ participantId }) => ({ participantId }),
    outside: 'not_joined',
    ofAnother: moderatorsOnly,
    elsewhere: 'participant_not_found',
    inside: moderatorsOnly,
  },
  mute_all: { payload: () => ({}), outside: 'not_joined', inside: moderatorsOnly },
  stop_source: {
    payload: ({ participantId }) => ({ participantId, source: 'camera' }),
    outside: 'not_joined',
    ofAnother: moderatorsOnly,
    elsewhere: 'participant_not_found',
    inside: moderatorsOnly,
  },
  remove_participant: {
    payload: ({ participantId }) => ({ participantId, ban: true }),
    outside: 'not_joined',
    ofAnother: moderatorsOnly,
    elsewhere: 'participant_not_found',
    // Who goes, leaves.
    inside: everybody('not_allowed'),
  },
  lock_meeting: { payload: () => ({ locked: true }), outside: 'not_joined', inside: moderatorsOnly },
  set_meeting_switches: {
    payload: () => ({ onlyModeratorsChat: true }),
    outside: 'not_joined',
    inside: moderatorsOnly,
  },
  end_meeting: { payload: () => ({}), outside: 'not_joined', inside: moderatorsOnly },
  raise_hand: { payload: () => ({}), outside: 'not_joined' },
  lower_hand: {
    payload: ({ participantId }) => ({ participantId }),
    outside: 'not_joined',
    ofAnother: moderatorsOnly,
    elsewhere: 'participant_not_found',
  },
  send_reaction: { payload: () => ({ emoji: '👍' }), outside: 'not_joined' },
  delete_message: {
    payload: ({ sequence }) => ({ sequence }),
    outside: 'not_joined',
    ofAnother: moderatorsOnly,
    elsewhere: 'message_not_found',
  },
  admit: {
    payload: () => ({ waitingIds: [crypto.randomUUID()] }),
    outside: 'not_joined',
    inside: lobbyKeepersOnly,
  },
  refuse: {
    payload: () => ({ waitingIds: [crypto.randomUUID()] }),
    outside: 'not_joined',
    inside: lobbyKeepersOnly,
  },
  leave_room: { payload: () => ({}), outside: 'ok' },
};
