/** How a meeting is kept in order on the wire: roles, switches, hands, and what moderators do. */
import { z } from 'zod';
import { emojiSchema, idSchema } from './fields.js';
import { roles } from './roles.js';
import { sources } from './sources.js';

export const roleSchema = z.enum(roles);

/** What is for moderators (and hosts) alone in a meeting; nothing is at first. */
export const meetingSwitchesSchema = z.strictObject({
  onlyModeratorsShare: z.boolean(),
  /** The others may mute themselves, and are muted until this is off again. */
  onlyModeratorsUnmute: z.boolean(),
  onlyModeratorsChat: z.boolean(),
});
export type MeetingSwitches = z.infer<typeof meetingSwitchesSchema>;

/** What everyone is told of how a meeting is kept. */
export const meetingRulesSchema = z.object({
  /** Nobody new may enter. */
  locked: z.boolean(),
  switches: meetingSwitchesSchema,
});
export type MeetingRules = z.infer<typeof meetingRulesSchema>;

/** The same, and whose hands are raised, in the order in which they were. */
export const meetingOrderSchema = meetingRulesSchema.extend({ hands: z.array(idSchema) });
export type MeetingOrder = z.infer<typeof meetingOrderSchema>;

/** What can be stopped of what somebody else sends: a microphone is muted instead. */
export const stoppableSourceSchema = z.enum(sources).extract(['camera', 'screen']);

const nothing = z.strictObject({});
const oneParticipant = z.strictObject({ participantId: idSchema });

export const moderationRequests = {
  /** Of one user in all their windows, for as long as the meeting lasts. What they may not send any more is closed at once. */
  set_role: { payload: oneParticipant.extend({ role: roleSchema }), result: nothing },
  mute_participant: { payload: oneParticipant, result: nothing },
  /** Everyone but the one who asks. */
  mute_all: { payload: nothing, result: nothing },
  /** With a screen, its sound. */
  stop_source: { payload: oneParticipant.extend({ source: stoppableSourceSchema }), result: nothing },
  remove_participant: {
    /** `ban`: their user may not enter again while this meeting lasts, and all their windows go. */
    payload: oneParticipant.extend({ ban: z.boolean().default(false) }),
    result: nothing,
  },
  lock_meeting: { payload: z.strictObject({ locked: z.boolean() }), result: nothing },
  /** Those that are left out stay as they are. */
  set_meeting_switches: { payload: meetingSwitchesSchema.partial(), result: nothing },
  end_meeting: { payload: nothing, result: nothing },
  raise_hand: { payload: nothing, result: nothing },
  /** One's own, or, by a moderator, somebody else's. */
  lower_hand: { payload: oneParticipant.partial(), result: nothing },
  /** Shown for a moment, and kept nowhere. */
  send_reaction: { payload: z.strictObject({ emoji: emojiSchema }), result: nothing },
  /** Writers delete what they wrote, moderators everything. Deleting again changes nothing. */
  delete_message: { payload: z.strictObject({ sequence: z.int().min(1) }), result: nothing },
} as const;

/** What those who keep order did, as the record of a meeting names it. */
export const moderationActs = [
  'set_role',
  'mute_participant',
  'mute_all',
  'stop_source',
  'remove_participant',
  'ban_participant',
  'lock_meeting',
  'unlock_meeting',
  'set_meeting_switches',
  'lower_hand',
  'delete_message',
  'end_meeting',
  'admit',
  'refuse',
] as const;
export type ModerationActName = (typeof moderationActs)[number];

/** What an act was about, beside a person. */
export const moderationDetailSchema = z.object({
  /** Of `set_role`. */
  role: roleSchema.optional(),
  /** Of `stop_source`. */
  source: stoppableSourceSchema.optional(),
  /** Of `set_meeting_switches`: those that changed. */
  switches: meetingSwitchesSchema.partial().optional(),
  /** Of `delete_message`. */
  sequence: z.int().optional(),
});
export type ModerationDetail = z.infer<typeof moderationDetailSchema>;

const byModerator = z.object({ byParticipantId: idSchema });

export const moderationNotifications = {
  /** `byParticipantId` is `null` where nobody gave it: the last host left, or one came back. */
  role_changed: z.object({ participantId: idSchema, role: roleSchema, byParticipantId: idSchema.nullable() }),
  meeting_rules: meetingRulesSchema,
  /** All raised hands now, in the order in which they were raised. */
  hands_raised: z.object({ participantIds: z.array(idSchema) }),
  reaction: z.object({ participantId: idSchema, emoji: emojiSchema }),
  message_deleted: z.object({ sequence: z.int() }),
  /** To the one who is muted: your microphone is paused now. */
  muted_by_moderator: byModerator,
  /** To the one who sent it: your producer of this source is closed. */
  stopped_by_moderator: byModerator.extend({ source: z.enum(sources) }),
} as const;
