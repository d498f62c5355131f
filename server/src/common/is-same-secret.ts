/** Comparing what somebody shows with what only they should know. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** In a time that tells nothing of where the two differ, or how long they are. */
export function isSameSecret(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => createHash('sha256').update(text).digest());

  return timingSafeEqual(first!, second!);
}
