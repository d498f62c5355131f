/** What the REST API tells of past and present meetings: queries and answers of analytics and of the live page. */
import { z } from 'zod';
import { idSchema, slugSchema, timeSchema } from './fields.js';
import { serverReferenceSchema } from './errors.js';
import { leaveReasonSchema } from './events.js';
import { deviceInfoSchema } from './meeting.js';
import { moderationActs, moderationDetailSchema } from './moderation.js';
import { pageQuerySchema } from './rest.js';

/** The intervals that figures are summed up in. */
export const bucketSchema = z.enum(['hour', 'day', 'week', 'month']);
export type Bucket = z.infer<typeof bucketSchema>;

const timeZoneSchema = z.string().max(64).refine(isTimeZone, 'must be a time zone like Europe/Berlin');

export const formatQuerySchema = z.strictObject({ format: z.enum(['json', 'csv']).default('json') });
export type FormatQuery = z.infer<typeof formatQuerySchema>;

/** Of one meeting; as CSV, with a row for each participation or for each act of a moderator. */
export const meetingQuerySchema = formatQuerySchema.extend({
  rows: z.enum(['participants', 'acts']).default('participants'),
});
export type MeetingQuery = z.infer<typeof meetingQuerySchema>;

/** `from` is included, `to` is not. Without them, the thirty days up to now. */
export const analyticsQuerySchema = formatQuerySchema.extend({
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  bucket: bucketSchema.default('day'),
  /** Where days, weeks (from Monday) and months begin at midnight. */
  timeZone: timeZoneSchema.default('UTC'),
});
export type AnalyticsQuery = z.infer<typeof analyticsQuerySchema>;

/** Of the meetings of a room; without `from` and `to`, all. As CSV, `limit` and `offset` do not matter: none is left out. */
export const meetingsQuerySchema = pageQuerySchema.extend({
  ...formatQuerySchema.shape,
  from: timeSchema.optional(),
  to: timeSchema.optional(),
});
export type MeetingsQuery = z.infer<typeof meetingsQuerySchema>;

/** Of the meetings that began in an interval; a running one counts with what it had when it was recorded last. */
export const meetingFiguresSchema = z.object({
  meetings: z.int(),
  /** How often somebody joined. */
  participations: z.int(),
  participantMinutes: z.number(),
  /** Written messages. */
  messages: z.int(),
  /** Most participants of one meeting at one time. */
  peakParticipants: z.int(),
});
export type MeetingFigures = z.infer<typeof meetingFiguresSchema>;

/** How many participations had which quality; `unknown` where the client did not report. */
export const qualityDistributionSchema = z.object({
  good: z.int(),
  fair: z.int(),
  poor: z.int(),
  unknown: z.int(),
});
export type QualityDistribution = z.infer<typeof qualityDistributionSchema>;

export const recordedRoomSchema = z.object({ id: idSchema, slug: slugSchema, name: z.string() });
export type RecordedRoom = z.infer<typeof recordedRoomSchema>;

export const analyticsSchema = z.object({
  from: timeSchema,
  to: timeSchema,
  bucket: bucketSchema,
  timeZone: z.string(),
  totals: meetingFiguresSchema,
  /** Every bucket of the interval, empty ones too, oldest first; `begin` may lie before `from`. */
  buckets: z.array(meetingFiguresSchema.extend({ begin: timeSchema })),
  /** Meetings by how long they took: up to so many minutes and longer than the one before; `null`: longer than all. */
  durations: z.array(z.object({ upToMinutes: z.int().nullable(), meetings: z.int() })),
  quality: qualityDistributionSchema,
});
export type Analytics = z.infer<typeof analyticsSchema>;

export const overviewSchema = analyticsSchema.extend({
  /** The ten with the most participant minutes; `room` is `null` where it has been deleted. */
  busiestRooms: z.array(meetingFiguresSchema.extend({ roomId: idSchema, room: recordedRoomSchema.nullable() })),
});
export type Overview = z.infer<typeof overviewSchema>;

export const roomAnalyticsSchema = analyticsSchema.extend({ room: recordedRoomSchema });
export type RoomAnalytics = z.infer<typeof roomAnalyticsSchema>;

export const meetingSummarySchema = z.object({
  id: idSchema,
  roomId: idSchema,
  beganAt: timeSchema,
  /** `null` while it runs. */
  endedAt: timeSchema.nullable(),
  peakParticipants: z.int(),
  participations: z.int(),
  participantMinutes: z.number(),
  messages: z.int(),
});
export type MeetingSummary = z.infer<typeof meetingSummarySchema>;

export const qualityRatings = ['good', 'fair', 'poor'] as const;
export const qualityRatingSchema = z.enum(qualityRatings);
export type QualityRating = z.infer<typeof qualityRatingSchema>;

/** A participation's connection, summed up from its client's reports. */
export const qualitySummarySchema = z.object({
  rating: qualityRatingSchema,
  /** Milliseconds, averaged over time; `null` where it was never measured. */
  roundTripTime: z.number().nullable(),
  /** Share of the packets to this participant that were lost, 0 to 1. */
  lossRatio: z.number(),
  /** Bit/s, averaged over time. */
  sendBitrate: z.number(),
  recvBitrate: z.number(),
  freezes: z.int(),
  freezeSeconds: z.number(),
  /** Seconds that the reports are about. */
  measuredSeconds: z.number(),
});
export type QualitySummary = z.infer<typeof qualitySummarySchema>;

export const participationSchema = z.object({
  id: idSchema,
  userId: idSchema,
  displayName: z.string(),
  deviceKind: deviceInfoSchema.shape.kind.nullable(),
  joinedAt: timeSchema,
  /** `null` while they are in the meeting. */
  leftAt: timeSchema.nullable(),
  leaveReason: leaveReasonSchema.nullable(),
  quality: qualitySummarySchema.nullable(),
});
export type Participation = z.infer<typeof participationSchema>;

/** Somebody as they were called then. `participantId` is `null` for who waited in the lobby. */
const recordedPersonSchema = z.object({
  participantId: idSchema.nullable(),
  userId: idSchema,
  displayName: z.string(),
});
export type RecordedPerson = z.infer<typeof recordedPersonSchema>;

/** Something that somebody did to keep the meeting in order. */
export const recordedActSchema = z.object({
  id: idSchema,
  at: timeSchema,
  act: z.enum(moderationActs),
  by: recordedPersonSchema,
  /** `null` where it was about everyone. */
  whom: recordedPersonSchema.nullable(),
  detail: moderationDetailSchema,
});
export type RecordedAct = z.infer<typeof recordedActSchema>;

/** One meeting: who was there when, and how it was kept in order. */
export const meetingReportSchema = meetingSummarySchema.extend({
  room: recordedRoomSchema.nullable(),
  /** In order of arrival. */
  participants: z.array(participationSchema),
  /** In the order in which they were done. */
  acts: z.array(recordedActSchema),
});
export type MeetingReport = z.infer<typeof meetingReportSchema>;

export const liveWorkerSchema = z.object({
  pid: z.int(),
  /** Share of one core, 0 to 1, since the figure before. */
  cpu: z.number(),
  memoryBytes: z.int(),
  routers: z.int(),
});
export type LiveWorker = z.infer<typeof liveWorkerSchema>;

/** How a server's own process does, apart from its workers. */
export const liveLoadSchema = z.object({
  /** Cores, since the figure before. */
  cpu: z.number(),
  /** Milliseconds by which its event loop was late, at the 99th percentile, since the figure before. */
  eventLoopDelay: z.number(),
  /** Participants who joined, and who were turned away, in the last minute. */
  joins: z.int(),
  refusals: z.int(),
  /** Share of the media packets from and to participants that was lost, 0 to 1, in the last minute. */
  incomingLoss: z.number(),
  outgoingLoss: z.number(),
});
export type LiveLoad = z.infer<typeof liveLoadSchema>;

export const liveServerSchema = serverReferenceSchema.extend({
  id: idSchema,
  startedAt: timeSchema,
  workers: z.array(liveWorkerSchema),
  /** Not there where a server of an earlier version tells nothing of it. */
  load: liveLoadSchema.optional(),
});

export const liveMeetingSchema = z.object({
  id: idSchema,
  serverId: idSchema,
  roomId: idSchema,
  room: recordedRoomSchema.nullable(),
  beganAt: timeSchema,
  participants: z.array(z.object({ id: idSchema, userId: idSchema, displayName: z.string() })),
  producers: z.int(),
  consumers: z.int(),
  /** Bit/s of media that arrived and left, when it was measured last. */
  incomingBitrate: z.number(),
  outgoingBitrate: z.number(),
});

/** What runs now, on all servers that share the live statistics. */
export const liveSchema = z.object({
  servers: z.array(liveServerSchema),
  meetings: z.array(liveMeetingSchema),
  /** Whether these are the figures of this server alone, because the others' cannot be read now. */
  degraded: z.boolean(),
});
export type Live = z.infer<typeof liveSchema>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
