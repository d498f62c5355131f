/** How much others wrote after a message, without looking at all of them. */
import type { ChatEntry } from '@minimeet/sdk';

/** More are not counted: nobody reads the difference. */
export const mostCounted = 100;

export function newestSequence(messages: readonly ChatEntry[]): number {
  return messages.findLast(({ sequence }) => sequence !== null)?.sequence ?? 0;
}

/** Messages of others after this one, up to `mostCounted`; what the server wrote does not count. */
export function countUnread(messages: readonly ChatEntry[], after: number): number {
  let count = 0;
  for (let index = messages.length - 1; index >= 0 && count < mostCounted; index--) {
    const { kind, mine, sequence } = messages[index]!;
    if (sequence !== null && sequence <= after) break;
    if (kind === 'text' && !mine) count++;
  }
  return count;
}
