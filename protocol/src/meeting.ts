/** What is said about a meeting on the wire: participants, their producers, consumers and chat messages. */
import { z } from 'zod';
import { idSchema, slugSchema, timeSchema, usernameSchema } from './fields.js';
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

export const layersSchema = z.object({
  spatialLayer: z.int().min(0).max(7),
  temporalLayer: z.int().min(0).max(7).optional(),
});
export type Layers = z.infer<typeof layersSchema>;

export const chatMessageSchema = z.object({
  id: idSchema,
  roomId: idSchema,
  /** 1, 2, 3, … in each room, without gaps, in the order in which the server stored them. */
  sequence: z.int(),
  clientMessageId: z.string(),
  /** The user who wrote it; the name is the one they had then. */
  userId: idSchema,
  displayName: z.string(),
  text: z.string(),
  sentAt: timeSchema,
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

export const roomSummarySchema = z.object({
  id: idSchema,
  slug: slugSchema,
  name: z.string(),
  maxParticipants: z.int(),
});
export type RoomSummary = z.infer<typeof roomSummarySchema>;
