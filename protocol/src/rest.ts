/** Bodies, queries and answers of the REST API. */
import { z } from 'zod';
import {
  currentPasswordSchema,
  emailSchema,
  idSchema,
  passwordSchema,
  roomNameSchema,
  roomPasswordSchema,
  slugSchema,
  timeSchema,
  usernameSchema,
} from './fields.js';
import { limits } from './limits.js';

export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(limits.page).default(20),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});
export type PageQuery = z.infer<typeof pageQuerySchema>;

/** One page of a list: the items from `offset` on, and how many there are in all. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), total: z.int(), limit: z.int(), offset: z.int() });
export type Page<Item> = { items: Item[]; total: number; limit: number; offset: number };

export const userSchema = z.object({
  id: idSchema,
  /** `null` for guests. */
  email: z.string().nullable(),
  username: z.string(),
  isActive: z.boolean(),
  isGuest: z.boolean(),
  isAdmin: z.boolean(),
  createdAt: timeSchema,
});
export type User = z.infer<typeof userSchema>;

export const createUserSchema = z.strictObject({
  email: emailSchema,
  username: usernameSchema,
  /** Without one, the user exists but cannot log in. */
  password: passwordSchema.optional(),
});
export type CreateUser = z.infer<typeof createUserSchema>;

export const updateUserSchema = z
  .strictObject({
    email: emailSchema.optional(),
    username: usernameSchema.optional(),
    password: passwordSchema.optional(),
    /** Needed from a user who changes their own e-mail or password and has a password. */
    currentPassword: currentPasswordSchema.optional(),
    /** With a new password: the account's API keys are worth nothing any more either. */
    revokeApiKeys: z.boolean().optional(),
    /** Only an admin may change this. */
    isActive: z.boolean().optional(),
  })
  .refine(({ currentPassword, revokeApiKeys, ...change }) => Object.keys(change).length > 0, 'must change something')
  .refine(({ password, revokeApiKeys }) => password !== undefined || !revokeApiKeys, {
    path: ['revokeApiKeys'],
    message: 'goes with a new password',
  });
export type UpdateUser = z.infer<typeof updateUserSchema>;

/** Whoever deletes their own account says their password once more, where they have one; without a body, none. */
export const deleteUserSchema = z.strictObject({ currentPassword: currentPasswordSchema.optional() }).prefault({});
export type DeleteUser = z.infer<typeof deleteUserSchema>;

/** What a log-out everywhere takes along; without a body, the sessions alone. */
export const logOutEverywhereSchema = z.strictObject({ revokeApiKeys: z.boolean().default(false) }).prefault({});
export type LogOutEverywhere = z.infer<typeof logOutEverywhereSchema>;

export const loginSchema = z.strictObject({ email: emailSchema, password: z.string().min(1).max(limits.passwordMax) });
export type Login = z.infer<typeof loginSchema>;

export const refreshSchema = z.strictObject({ refreshToken: z.string().min(1).max(2048) });
export type Refresh = z.infer<typeof refreshSchema>;

export const guestSchema = z.strictObject({ displayName: usernameSchema });
export type Guest = z.infer<typeof guestSchema>;

/** How people come to this server who have no account. */
export const entryOptionsSchema = z.object({
  /** Whether they may make one by themselves. */
  registrationOpen: z.boolean(),
  guestsAllowed: z.boolean(),
});
export type ServerEntryOptions = z.infer<typeof entryOptionsSchema>;

/** The answer to a login, to a guest and to a refresh. */
export const sessionSchema = z.object({
  /** Goes into `Authorization: Bearer` and into the Socket.IO handshake. */
  accessToken: z.string(),
  /** For `POST /auth/refresh`, once. A secret that outlives the access token by far: it is sent nowhere else. */
  refreshToken: z.string(),
  /** Seconds for which the access token is valid. */
  expiresIn: z.int(),
  user: userSchema,
});
export type Session = z.infer<typeof sessionSchema>;

/**
 * Who may come in, beside the owner, members, administrators and who has a join token for the room: `open`: who knows the link,
 * `members` and `token`: nobody, `password`: who knows the link and the password.
 */
export const roomAccessSchema = z.enum(['open', 'members', 'password', 'token']);
export type RoomAccess = z.infer<typeof roomAccessSchema>;

export const roomSchema = z.object({
  id: idSchema,
  slug: slugSchema,
  name: z.string(),
  maxParticipants: z.int(),
  /** `null` when the owner's account was deleted. */
  owner: z.object({ id: idSchema, username: z.string() }).nullable(),
  createdAt: timeSchema,
  access: roomAccessSchema,
  /** Whether who is neither the owner nor a member waits until somebody lets them in. */
  lobby: z.boolean(),
  /** How many are in the room's meeting right now. */
  participantsNow: z.int(),
});
export type Room = z.infer<typeof roomSchema>;

/** A room as its door shows it: who is outside of a room with a password sees no more than the waiting page needs. */
export const visibleRoomSchema = roomSchema.partial({
  maxParticipants: true,
  owner: true,
  createdAt: true,
  participantsNow: true,
});
export type VisibleRoom = z.infer<typeof visibleRoomSchema>;

/** How people come in. A password makes the access `password`; taking it away (`null`) makes that `open` again. */
const entrySchemas = {
  access: roomAccessSchema.optional(),
  password: roomPasswordSchema.nullable().optional(),
  lobby: z.boolean().optional(),
};

const maxParticipantsSchema = z.int().min(2).max(limits.maxParticipants);

export const createRoomSchema = z.strictObject({
  name: roomNameSchema,
  maxParticipants: maxParticipantsSchema.default(limits.defaultParticipants),
  ...entrySchemas,
});
export type CreateRoom = z.input<typeof createRoomSchema>;

export const updateRoomSchema = z
  .strictObject({
    name: roomNameSchema.optional(),
    maxParticipants: maxParticipantsSchema.optional(),
    ...entrySchemas,
  })
  .refine((change) => Object.keys(change).length > 0, 'must change something');
export type UpdateRoom = z.infer<typeof updateRoomSchema>;

/** Who becomes a member: any user by their id, or the caller by the code of an invitation. */
export const addRoomMemberSchema = z
  .strictObject({ userId: idSchema.optional(), invitation: z.string().min(1).max(64).optional() })
  .refine(
    ({ userId, invitation }) => (userId === undefined) !== (invitation === undefined),
    'must have either userId or invitation',
  );
export type AddRoomMember = { userId: string; invitation?: undefined } | { userId?: undefined; invitation: string };

/** What the owner calls the invitation: whom it is for, say. */
export const createRoomInvitationSchema = z.strictObject({ label: usernameSchema.optional() }).prefault({});
export type CreateRoomInvitation = z.infer<typeof createRoomInvitationSchema>;

/** The right of one account to make itself a member, which nobody has used yet. */
export const roomInvitationSchema = z.object({
  id: idSchema,
  label: z.string().nullable(),
  createdAt: timeSchema,
  expiresAt: timeSchema,
});
export type RoomInvitation = z.infer<typeof roomInvitationSchema>;

/** The code and the link are shown this once. */
export const newRoomInvitationSchema = roomInvitationSchema.extend({
  code: z.string(),
  /** The page on which one accepts it; the code is in its fragment, which browsers send nowhere. */
  url: z.url(),
});
export type NewRoomInvitation = z.infer<typeof newRoomInvitationSchema>;

/** A user as other members of a room see them. */
export const roomMemberSchema = z.object({ id: idSchema, username: z.string() });
export type RoomMember = z.infer<typeof roomMemberSchema>;
