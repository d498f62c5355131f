/** How host applications let their own people in: API keys, and join tokens that are signed with them. */
import { z } from 'zod';
import { currentPasswordSchema, identitySchema, roomReferenceSchema, timeSchema, usernameSchema } from './fields.js';
import { grants, grantsByDefault, type Grant } from './grants.js';
import { limits } from './limits.js';
import { roles, type Role } from './roles.js';

/** The audience of join tokens, which access and refresh tokens never have. */
export const joinAudience = 'join';

export const apiKeyIdSchema = z.string().regex(/^mk_[0-9a-f]{20}$/, 'must look like mk_ and 20 hexadecimal digits');

export const apiKeySchema = z.object({
  id: apiKeyIdSchema,
  /** What its owner calls it. */
  label: z.string(),
  createdAt: timeSchema,
  /** To the minute; `null`: not yet. */
  lastUsedAt: timeSchema.nullable(),
});
export type ApiKey = z.infer<typeof apiKeySchema>;

/** Newest first. */
export const apiKeyListSchema = z.object({ items: z.array(apiKeySchema) });
export type ApiKeyList = z.infer<typeof apiKeyListSchema>;

/** The answer to making one, and the only one with the secret. */
export const newApiKeySchema = apiKeySchema.extend({ secret: z.string() });
export type NewApiKey = z.infer<typeof newApiKeySchema>;

export const createApiKeySchema = z.strictObject({
  label: usernameSchema,
  /** Needed where the account has a password. */
  currentPassword: currentPasswordSchema.optional(),
});
export type CreateApiKey = z.infer<typeof createApiKeySchema>;

const granted = {
  role: z.enum(roles).default('speaker'),
  grants: z
    .array(z.enum(grants))
    .max(grants.length)
    .refine((list) => list.includes('join'), 'must include join')
    .optional(),
};

/** A role that keeps order needs the right to. */
const goesWithRole = ({ role, grants: list }: { role: Role; grants?: Grant[] | undefined }) =>
  (role !== 'host' && role !== 'moderator') || list === undefined || list.includes('moderate');
const roleWithoutGrant = { path: ['grants'], message: 'must include moderate for this role' };

const withDefaults = <Claims extends { role: Role; grants?: Grant[] | undefined }>(claims: Claims) => ({
  ...claims,
  grants: claims.grants ?? grantsByDefault(claims.role),
});

/** What the server makes a join token of. */
export const createJoinTokenSchema = z
  .strictObject({
    identity: identitySchema,
    name: usernameSchema,
    ...granted,
    /** Seconds; without it an hour, or as long as the server lets tokens be valid where that is less. */
    expiresIn: z.int().min(1).max(limits.joinTokenSeconds).optional(),
    notBefore: timeSchema.optional(),
  })
  .refine(goesWithRole, roleWithoutGrant);
export type CreateJoinToken = z.input<typeof createJoinTokenSchema>;

/** Seconds since 1970, as JWT has times (RFC 7519, section 2: also with a fraction). */
const numericDate = z.number().positive();

/** What a join token says. Libraries add claims of their own, which are nobody's concern. */
export const joinTokenClaimsSchema = z
  .object({
    iss: apiKeyIdSchema,
    sub: identitySchema,
    aud: z.union([z.literal(joinAudience), z.array(z.string()).refine((list) => list.includes(joinAudience))]),
    room: roomReferenceSchema,
    name: usernameSchema,
    ...granted,
    exp: numericDate,
    nbf: numericDate.optional(),
    iat: numericDate.optional(),
  })
  .refine(goesWithRole, roleWithoutGrant)
  .transform(withDefaults);
export type JoinTokenClaims = z.output<typeof joinTokenClaimsSchema>;

export const revokeJoinTokensQuerySchema = z.strictObject({
  /** The moment up to which tokens were made, by the clock of whoever made them, like `iat`; without it, now. */
  issuedUntil: z.coerce.number().positive().optional(),
});
export type RevokeJoinTokensQuery = z.infer<typeof revokeJoinTokensQuerySchema>;

export const joinTokenSchema = z.object({
  token: z.string(),
  /** The page that takes the person in; the token is in its fragment, which browsers send nowhere. */
  url: z.url(),
  expiresAt: timeSchema,
});
export type JoinToken = z.infer<typeof joinTokenSchema>;

export const exchangeJoinTokenSchema = z.strictObject({ token: z.string().min(1).max(limits.joinTokenCharacters) });
export type ExchangeJoinToken = z.infer<typeof exchangeJoinTokenSchema>;
