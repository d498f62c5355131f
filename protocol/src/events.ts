/**
 * Every Socket.IO event, with the schema of its payload and of its answer.
 *
 * A request is `socket.emit(event, payload, answer => …)`. The answer is the result below or `{ error: { code, message } }`.
 * Read together with docs/protocol.md.
 */
import { z } from 'zod';
import { emojiSchema, idSchema, roomReferenceSchema, textSchema } from './fields.js';
import { grants } from './grants.js';
import { limits } from './limits.js';
import {
  chatMessageSchema,
  clientMessageIdSchema,
  consumerSchema,
  consumerStateSchema,
  deviceInfoSchema,
  layersSchema,
  participantSchema,
  producerStateSchema,
  qualityReportSchema,
  reactionSchema,
  roomSummarySchema,
  seatReferenceSchema,
  sourceSchema,
  videoSizeSchema,
  viewedTileSchema,
  waitingPersonSchema,
} from './meeting.js';
import { meetingOrderSchema, moderationNotifications, moderationRequests, roleSchema } from './moderation.js';
import { errorAnswerSchema, type ErrorAnswer } from './errors.js';
import { userSchema } from './rest.js';
import {
  dtlsParametersSchema,
  iceParametersSchema,
  iceServerSchema,
  mediaKindSchema,
  rtpCapabilitiesSchema,
  rtpParametersSchema,
  transportOptionsSchema,
} from './rtp.js';

const nothing = z.strictObject({});
const mediaId = z.string().min(1).max(64);
const oneProducer = z.strictObject({ producerId: mediaId });
const someWaiting = z.strictObject({ waitingIds: z.array(idSchema).min(1).max(limits.lobbyWaiting) });
const oneConsumer = z.strictObject({ consumerId: mediaId });

/** What a client may ask, and what it gets. */
export const requests = {
  ping: { payload: nothing, result: z.object({ pong: z.number() }) },
  join_room: {
    payload: z.strictObject({
      /** The room's id or its slug. */
      roomId: roomReferenceSchema,
      /** What this client can receive. With it, consumers follow at once; without, after `set_rtp_capabilities`. */
      rtpCapabilities: rtpCapabilitiesSchema.optional(),
      deviceInfo: deviceInfoSchema.optional(),
      /** How many pictures this client shows before it tells which with `set_view`: screens, then of those who came first. Without it, as many as a view may have. */
      picturesAtFirst: z.int().min(0).max(limits.viewTiles).optional(),
      /** A seat of this user's own that is not needed any more: it ends in the same moment, and makes room for this one. */
      replaces: seatReferenceSchema.optional(),
      /** Of the room, from who is neither its owner nor a member, where it has one. */
      password: z.string().min(1).max(limits.passwordMax).optional(),
    }),
    result: meetingOrderSchema.extend({
      meetingId: idSchema,
      room: roomSummarySchema,
      participant: participantSchema,
      /** The others. */
      participants: z.array(participantSchema),
      /** The room's newest messages, oldest first. */
      messages: z.array(chatMessageSchema),
      routerRtpCapabilities: rtpCapabilitiesSchema,
      iceServers: z.array(iceServerSchema),
      sendTransport: transportOptionsSchema,
      recvTransport: transportOptionsSchema,
      /** With the participant's id, what `resume_session` takes. A secret. */
      resumeToken: z.string(),
      /** Seconds for which the seat is kept after the connection was lost. */
      graceSeconds: z.int(),
      /** The most that you may do here, whatever your role is; `null` where you have not come with a join token. */
      grants: z.array(z.enum(grants)).nullable(),
    }),
  },
  /**
   * Takes a seat over whose connection was lost, also if the server has not noticed that yet. Transports, producers and
   * consumers are as they were; the result is how everything stands now, and all that happens afterwards is told.
   */
  resume_session: {
    payload: seatReferenceSchema,
    result: meetingOrderSchema.extend({
      /** Your own. */
      role: roleSchema,
      /** The others. */
      participants: z.array(participantSchema),
      /** Your own producers. */
      producers: z.array(producerStateSchema),
      /** Your consumers. Those that you have not answered yet are offered again. */
      consumers: z.array(consumerStateSchema),
    }),
  },
  set_rtp_capabilities: { payload: z.strictObject({ rtpCapabilities: rtpCapabilitiesSchema }), result: nothing },
  connect_transport: {
    payload: z.strictObject({ transportId: mediaId, dtlsParameters: dtlsParametersSchema }),
    result: nothing,
  },
  restart_ice: {
    payload: z.strictObject({ transportId: mediaId }),
    /** Take these servers first (`setConfiguration`): credentials of those from `join_room` may have expired since. */
    result: z.object({ iceParameters: iceParametersSchema, iceServers: z.array(iceServerSchema) }),
  },
  /**
   * Other transports in place of both that there were, after `media_lost` or where restarting ICE did not help. The seat, the
   * view and the wishes for layers stay; what was sent is to be sent again, and keeps its producer id where it is the same but for
   * its SSRCs. Consumers are offered anew.
   */
  rebuild_media: {
    payload: z.strictObject({}),
    result: z.object({
      sendTransport: transportOptionsSchema,
      recvTransport: transportOptionsSchema,
      iceServers: z.array(iceServerSchema),
    }),
  },
  produce: {
    payload: z
      .strictObject({
        transportId: mediaId,
        kind: mediaKindSchema,
        source: sourceSchema,
        rtpParameters: rtpParametersSchema,
        paused: z.boolean().default(false),
        /** Of a camera or screen: how large its largest layer is. Without it, 1280x720 is assumed. */
        videoSize: videoSizeSchema.optional(),
      })
      .check(({ value: { kind, rtpParameters }, issues }) =>
        rtpParameters.codecs.forEach(({ mimeType }, index) => {
          if (!mimeType.toLowerCase().startsWith(`${kind}/`)) {
            issues.push({
              code: 'custom',
              input: mimeType,
              path: ['rtpParameters', 'codecs', index, 'mimeType'],
              message: `must be of the kind ${kind}`,
            });
          }
        }),
      ),
    result: z.object({ producerId: z.string() }),
  },
  /** What a producer of video carries has another size now: another camera, a turned phone, a resized window. */
  set_video_size: { payload: oneProducer.extend({ videoSize: videoSizeSchema }), result: nothing },
  pause_producer: { payload: oneProducer, result: nothing },
  resume_producer: { payload: oneProducer, result: nothing },
  close_producer: { payload: oneProducer, result: nothing },
  request_key_frame: { payload: oneConsumer, result: nothing },
  set_preferred_layers: { payload: oneConsumer.extend(layersSchema.shape), result: nothing },
  /**
   * All that is on this participant's screen now; other video is not sent to them. Until they say it for the first time,
   * everything counts as seen.
   */
  set_view: { payload: z.strictObject({ tiles: z.array(viewedTileSchema).max(limits.viewTiles) }), result: nothing },
  send_message: {
    payload: z.strictObject({
      text: textSchema(limits.messageText),
      /** Chosen by the client; sending the same one again stores nothing twice and answers with the stored message. */
      clientMessageId: clientMessageIdSchema,
    }),
    result: z.object({ message: chatMessageSchema }),
  },
  chat_history: {
    payload: z.strictObject({
      /** Messages with a smaller sequence than this; without it, the newest. */
      before: z.int().min(1).optional(),
      limit: z.int().min(1).max(limits.historyPage).default(limits.recentMessages),
    }),
    /** Oldest first. `hasMore` tells whether there are older ones. */
    result: z.object({ messages: z.array(chatMessageSchema), hasMore: z.boolean() }),
  },
  search_messages: {
    payload: z.strictObject({
      /** Words that a written message must all have, in whatever order; capitals and accents do not matter. */
      text: textSchema(limits.searchText),
      /** Messages with a smaller sequence than this, for the next page. */
      before: z.int().min(1).optional(),
      limit: z.int().min(1).max(limits.historyPage).default(20),
    }),
    /** Newest first. `hasMore` tells whether older ones match as well. */
    result: z.object({ messages: z.array(chatMessageSchema), hasMore: z.boolean() }),
  },
  react_to_message: {
    payload: z.strictObject({
      sequence: z.int().min(1),
      emoji: emojiSchema,
      /** `false` takes the reaction back. Saying again what is so already changes nothing. */
      reacted: z.boolean(),
    }),
    result: z.object({ reactions: z.array(reactionSchema) }),
  },
  ...moderationRequests,
  report_quality: { payload: qualityReportSchema, result: nothing },
  /** Lets people in who wait in the lobby; who does not wait any more is passed over. */
  admit: { payload: someWaiting, result: nothing },
  /** Sends people away who wait in the lobby. */
  refuse: { payload: someWaiting, result: nothing },
  leave_room: { payload: nothing, result: nothing },
} as const;

export type RequestName = keyof typeof requests;
/** A request's payload as a client writes it (defaults may be left out). */
export type RequestInput<Name extends RequestName> = z.input<(typeof requests)[Name]['payload']>;
/** A request's payload as the server reads it (defaults filled in). */
export type RequestPayload<Name extends RequestName> = z.output<(typeof requests)[Name]['payload']>;
export type RequestResult<Name extends RequestName> = z.output<(typeof requests)[Name]['result']>;

/**
 * Why a meeting ended for everyone; `ended`: a moderator ended it. For one participant alone: `removed` by a moderator, `sent_too_much`:
 * their client sent far more media than it was told, and the server put them out.
 */
export const closeReasonSchema = z.enum([
  'room_deleted',
  'ended',
  'removed',
  'sent_too_much',
  'server_stopping',
  'meeting_elsewhere',
]);
export type CloseReason = z.infer<typeof closeReasonSchema>;

/** Why somebody left; `removed`: a moderator or the server removed them, or their access ended meanwhile. */
export const leaveReasonSchema = z.enum(['left', 'connection_lost', 'removed', 'meeting_ended']);
export type LeaveReason = z.infer<typeof leaveReasonSchema>;

const producerOfParticipant = z.object({ participantId: idSchema, producerId: z.string() });

/** What the server tells without being asked. `new_consumer` alone wants an answer: `{}` once the client can receive. */
export const notifications = {
  /** First on every connection: who you are here, and what lets the client prepare before it joins. */
  welcome: z.object({ user: userSchema, routerRtpCapabilities: rtpCapabilitiesSchema }),
  /** The answer to a `ping` that was sent without a callback. */
  pong: z.object({ pong: z.number() }),
  /** A request that was sent without a callback failed. */
  request_failed: z.object({ event: z.string(), error: z.object({ code: z.string(), message: z.string() }) }),
  user_joined: z.object({ participant: participantSchema }),
  user_left: z.object({ participantId: idSchema, reason: leaveReasonSchema }),
  /** The connection of somebody was lost and their seat is kept, or they are back. */
  participant_connection: z.object({ participantId: idSchema, connected: z.boolean() }),
  new_producer: z.object({ participantId: idSchema, producer: producerStateSchema }),
  producer_paused: producerOfParticipant,
  producer_resumed: producerOfParticipant,
  producer_closed: producerOfParticipant,
  new_consumer: consumerSchema,
  consumer_paused: z.object({ consumerId: z.string() }),
  consumer_resumed: z.object({ consumerId: z.string() }),
  /** Your bandwidth does not suffice for any layer of a video that should flow, or suffices again. */
  consumer_congested: z.object({ consumerId: z.string(), congested: z.boolean() }),
  consumer_closed: z.object({ consumerId: z.string() }),
  /** Both transports are closed on the server, where a worker died; ask for others with `rebuild_media`. */
  media_lost: z.object({}),
  /**
   * Media does not get through although the client is connecting, and why that may be; `null` once it does. `network`: others reach
   * the server, so the participant's own network is in the way. `server`: nobody has reached its media ports lately.
   */
  media_blocked: z.object({
    cause: z.enum(['network', 'server']).nullable(),
    /** Whether the server offers TURN servers to those whose network lets nothing else through. */
    relayOffered: z.boolean(),
  }),
  /** The participants who are audible now, loudest first; sent when that changes. */
  active_speakers: z.object({ participantIds: z.array(idSchema) }),
  /** Who leads the conversation now: changes more slowly than who is audible, and stays when all are silent. */
  dominant_speaker: z.object({ participantId: idSchema.nullable() }),
  /**
   * The highest spatial layer of a producer of yours that anybody wants to see, `null` when nobody does: what is above it
   * need not be sent. Until it comes, all are wanted.
   */
  producer_layers_wanted: z.object({ producerId: z.string(), spatialLayer: z.int().nullable() }),
  new_message: z.object({ message: chatMessageSchema }),
  /** Somebody else reacted to a message, or took that back: all its reactions now. */
  message_reactions: z.object({ sequence: z.int(), reactions: z.array(reactionSchema) }),
  ...moderationNotifications,
  /** To whoever may admit: all who wait in the lobby now, who came first is first. */
  lobby_changed: z.object({ waiting: z.array(waitingPersonSchema) }),
  /** To who waits in the lobby: whether anybody is in the meeting who may let them in. Without, it has not begun for them. */
  lobby_status: z.object({ attended: z.boolean() }),
  /** To who waits in the lobby: ask again with `join_room`, as they let you in, or as the room has changed. */
  lobby_admitted: z.object({}),
  /** To who waits in the lobby: they do not let you in. */
  lobby_refused: z.object({}),
  /** The server ends its meetings within so many seconds, as it stops; a hint, upon which nothing needs to be done. */
  server_stopping: z.object({ seconds: z.int() }),
  room_closed: z.object({ reason: closeReasonSchema }),
  /** The last word on a socket that the server ends, and why. The seat is kept; wait a while before you come back. */
  disconnected: errorAnswerSchema,
  /** Several of the others at once, in their order: sent when much happens in a short time. */
  batch: z.object({ notifications: z.array(z.object({ event: z.string(), payload: z.looseObject({}) })).min(1) }),
} as const;

/** What a client answers to the notifications that want an answer: `{}`, or why it cannot do what it was asked. */
export const acknowledgements = {
  new_consumer: z.union([nothing, z.object({ error: z.object({ code: z.string(), message: z.string() }) })]),
} as const;

export type AcknowledgedName = keyof typeof acknowledgements;
/** An answer as a client writes it. */
export type Acknowledgement<Name extends AcknowledgedName> = z.input<(typeof acknowledgements)[Name]>;

export type NotificationName = keyof typeof notifications;
export type Notification<Name extends NotificationName> = z.output<(typeof notifications)[Name]>;

type Answer<Result> = (answer: Result | ErrorAnswer) => void;

/** Socket.IO's event map of what a client sends. */
export type ClientToServerEvents = {
  [Name in RequestName]: (payload: RequestInput<Name>, answer: Answer<RequestResult<Name>>) => void;
};

/** Socket.IO's event map of what the server sends. */
export type ServerToClientEvents = {
  [Name in Exclude<NotificationName, AcknowledgedName>]: (payload: Notification<Name>) => void;
} & {
  [Name in AcknowledgedName]: (payload: Notification<Name>, answer: (answer: Acknowledgement<Name>) => void) => void;
};
