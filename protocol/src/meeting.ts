/** What is said about a meeting on the wire: participants, their producers, consumers and chat messages. */
import { z } from 'zod';
import { emojiSchema, idSchema, slugSchema, timeSchema, usernameSchema } from './fields.js';
import { limits } from './limits.js';
import { roleSchema } from './moderation.js';
import { mediaKindSchema, rtpParametersSchema } from './rtp.js';
import { sources } from './sources.js';

export const sourceSchema = z.enum(sources);

export const deviceInfoSchema = z.strictObject({
  kind: z.enum(['desktop', 'phone', 'tablet', 'bot', 'other']),
  /** For people and logs, such as `Firefox 153 on Linux`. */
  name: usernameSchema.optional(),
});
export type DeviceInfo = z.infer<typeof deviceInfoSchema>;

export const producerStateSchema = z.object({
  id: z.string(),
  source: sourceSchema,
  kind: mediaKindSchema,
  /** The sender muted it: nothing flows. */
  paused: z.boolean(),
});
export type ProducerState = z.infer<typeof producerStateSchema>;

export const participantSchema = z.object({
  id: idSchema,
  userId: idSchema,
  displayName: z.string(),
  isGuest: z.boolean(),
  joinedAt: timeSchema,
  deviceInfo: deviceInfoSchema.nullable(),
  role: roleSchema,
  /** `false` while their connection is lost and their seat is kept; their media may go on. */
  connected: z.boolean(),
  producers: z.array(producerStateSchema),
});
export type Participant = z.infer<typeof participantSchema>;

export const consumerSchema = z.object({
  id: z.string(),
  producerId: z.string(),
  participantId: idSchema,
  source: sourceSchema,
  kind: mediaKindSchema,
  rtpParameters: rtpParametersSchema,
  /** `simulcast` and `svc` consumers understand `set_preferred_layers`. */
  type: z.enum(['simple', 'simulcast', 'svc', 'pipe']),
  /** Nothing flows yet because the sender muted it or the forwarding plan has no use for it now. */
  paused: z.boolean(),
});
export type Consumer = z.infer<typeof consumerSchema>;

/** What becomes of a consumer that the client was told of before. */
export const consumerStateSchema = consumerSchema.pick({ id: true, paused: true }).extend({
  /** Your bandwidth does not suffice for it. */
  congested: z.boolean(),
});
export type ConsumerState = z.infer<typeof consumerStateSchema>;

/** Whose seat it is, and the secret that proves it: from the answer to `join_room`. */
export const seatReferenceSchema = z.strictObject({
  participantId: idSchema,
  resumeToken: z.string().min(1).max(64),
});
export type SeatReference = z.infer<typeof seatReferenceSchema>;

export const layersSchema = z.object({
  spatialLayer: z.int().min(0).max(7),
  temporalLayer: z.int().min(0).max(7).optional(),
});
export type Layers = z.infer<typeof layersSchema>;

/** Pixels, rounded to whole ones: `devicePixelRatio` gives fractions. */
const pixels = z
  .number()
  .min(0)
  .max(16_384)
  .transform((value) => Math.max(1, Math.round(value)));

/** Pixels of a camera or screen, as it is captured. */
export const videoSizeSchema = z.strictObject({ width: pixels, height: pixels });
export type VideoSize = z.infer<typeof videoSizeSchema>;

/** One picture on a participant's screen. */
export const viewedTileSchema = z.strictObject({
  participantId: idSchema,
  source: z.enum(['camera', 'screen']),
  /** Of its place on the screen, in the screen's own pixels (CSS pixels times `devicePixelRatio`). */
  width: pixels,
  height: pixels,
  /** The participant wants to see it whatever happens: it comes before all but shared screens. */
  pinned: z.boolean().default(false),
});
export type ViewedTile = z.infer<typeof viewedTileSchema>;

/** How the `clientMessageId` of the server's own lines begins: no client may take one before the server does. */
export const serverMessageIdPrefixes = { joined: 'joined:', left: 'left:', removed: 'removed:' } as const;

/** Chosen by the client for a message of its own. */
export const clientMessageIdSchema = z
  .string()
  .min(1)
  .max(64)
  .refine(
    (id) => !Object.values(serverMessageIdPrefixes).some((prefix) => id.startsWith(prefix)),
    `must not begin with ${Object.values(serverMessageIdPrefixes).join(', ')}`,
  );

/** What a line of the chat is: something written, or what was written and deleted, or who joined, left or was removed. */
export const chatMessageKindSchema = z.enum(['text', 'deleted', 'joined', 'left', 'removed']);
export type ChatMessageKind = z.infer<typeof chatMessageKindSchema>;

/** Who reacted to a message with an emoji, in order. */
export const reactionSchema = z.object({ emoji: emojiSchema, userIds: z.array(idSchema) });
export type Reaction = z.infer<typeof reactionSchema>;

export const chatMessageSchema = z.object({
  id: idSchema,
  roomId: idSchema,
  /** 1, 2, 3, … in each room, without gaps, in the order in which the server stored them. */
  sequence: z.int(),
  kind: chatMessageKindSchema,
  /** Chosen by the client; of a message that the server wrote, by the server. */
  clientMessageId: z.string(),
  /** The user who wrote it, or whom it is about; the name is the one they had then. */
  userId: idSchema,
  displayName: z.string(),
  /** Whether that user has no account. */
  isGuest: z.boolean(),
  /** Empty unless the kind is `text`. */
  text: z.string(),
  sentAt: timeSchema,
  /** In the order in which the emoji were first used. */
  reactions: z.array(reactionSchema),
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

/** At most a minute, which stands for longer. */
const millisecondsOfJoining = z.number().min(0).max(limits.joinMilliseconds);

/** How joining went, in milliseconds from the moment in which the client began to connect. */
export const joinTimingsSchema = z.strictObject({
  /** Until the answer to `join_room` came. */
  answered: millisecondsOfJoining,
  /** Until the first sound and the first picture came of those who sent any by then; `null` where nobody did. */
  firstAudio: millisecondsOfJoining.nullable(),
  firstVideo: millisecondsOfJoining.nullable(),
});
export type JoinTimings = z.infer<typeof joinTimingsSchema>;

/** What a client measured of its connection since its last report, or since it joined. */
export const qualityReportSchema = z.strictObject({
  /** Length of the time that the report is about. */
  seconds: z.number().positive().max(3600),
  /** Milliseconds, averaged; `null` where nothing was measured. */
  roundTripTime: z.number().min(0).max(60_000).nullable(),
  /** RTP packets that arrived, and that did not. */
  packetsReceived: z.int().min(0).max(1e9),
  packetsLost: z.int().min(0).max(1e9),
  /** Bit/s, averaged. */
  sendBitrate: z.number().min(0).max(1e10),
  recvBitrate: z.number().min(0).max(1e10),
  /** Times that a picture stood still, and seconds that they lasted together (W3C webrtc-stats, freezeCount). */
  freezes: z.int().min(0).max(1e6),
  freezeSeconds: z.number().min(0).max(1e6),
  /** Once after joining, when it is known. */
  join: joinTimingsSchema.optional(),
});
export type QualityReport = z.infer<typeof qualityReportSchema>;

/** Somebody who waits in the lobby. The id is of this waiting; whoever comes again has another one. */
export const waitingPersonSchema = z.object({
  id: idSchema,
  userId: idSchema,
  displayName: z.string(),
  isGuest: z.boolean(),
  since: timeSchema,
});
export type WaitingPerson = z.infer<typeof waitingPersonSchema>;

export const roomSummarySchema = z.object({
  id: idSchema,
  slug: slugSchema,
  name: z.string(),
  maxParticipants: z.int(),
});
export type RoomSummary = z.infer<typeof roomSummarySchema>;
