/** Small schemas that payloads of REST and Socket.IO share. */
import { z } from 'zod';
import { hasVisible, withoutInvisible } from './visible-text.js';
import { limits } from './limits.js';

/** How many times as long as it may be a text is still looked at: what cannot be seen, and other forms of the same characters, go by then. */
const SLACK = 8;

/**
 * Text in Unicode's compatibility form (https://unicode.org/reports/tr15/). To bring a text into it takes time that grows with the square of
 * how many combining characters follow each other, so what is far too long is refused before.
 */
const normalized = (max: number) =>
  z
    .string()
    .max(SLACK * max, { abort: true, error: `Too big: expected string to have <=${max} characters` })
    .normalize('NFKC');

/**
 * Text that people type on one line: trimmed, with something to see, without control characters and without what cannot be seen; in
 * Unicode's compatibility form, so that what looks the same is the same.
 */
const line = (max: number) =>
  normalized(max)
    .overwrite(withoutInvisible)
    .trim()
    .min(1, 'must not be empty')
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, 'must not contain control characters')
    // What is empty has been told so.
    .refine((text) => text === '' || hasVisible(text), 'must have something to see');

/**
 * Text of several lines: trimmed, not empty; of the control characters it has tabs and ends of lines. Marks of direction
 * may be in it, as people who write from right to left need them: whoever shows it sets it apart (`dir="auto"`).
 */
export const textSchema = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max)
    .regex(/^(?:[\t\n\r]|[^\p{Cc}\p{Cs}])*$/u, 'must not contain control characters');

export const idSchema = z.uuid();
export const usernameSchema = line(limits.username);
export const roomNameSchema = line(limits.roomName);
/** How a host application names a person to itself: taken as it is, as two that look the same may be two people. */
export const identitySchema = z
  .string()
  .min(1, 'must not be empty')
  .max(limits.identity)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not contain control characters')
  // It stands in a path, of which these two are steps, however they are written.
  .refine((identity) => identity !== '.' && identity !== '..', 'must be more than dots');

/** Compared as it is stored: two ways to write one address are one address. */
export const emailSchema = normalized(254).trim().toLowerCase().pipe(z.email().max(254));
export const passwordSchema = z.string().min(limits.passwordMin).max(limits.passwordMax);
/** Says once more who asks; how long it is, is nothing to go by. */
export const currentPasswordSchema = z.string().max(limits.passwordMax);

export const roomPasswordSchema = z.string().min(limits.roomPasswordMin).max(limits.passwordMax);

/** The speakable part of a room's link: three groups of four letters, `baku-rimo-tefa`. */
export const slugSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z]{4}-[a-z]{4}-[a-z]{4}$/, 'must look like baku-rimo-tefa');

/** A moment, as ISO 8601 in UTC. */
export const timeSchema = z.iso.datetime();

/** How a room is named by its callers: its id, or the slug of its link. */
export const roomReferenceSchema = z.union([idSchema, slugSchema], 'must be a room id or a slug like baku-rimo-tefa');

/** One emoji, as people choose it: `👍🏽` and `👩‍🚀` are one. */
export const emojiSchema = z
  .string()
  .max(32)
  .refine((text) => new RegExp('^\\p{RGI_Emoji}$', 'v').test(text), 'must be one emoji');
