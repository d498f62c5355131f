/** Who reacted, in words. */
import type { MeetingState } from '@minimeet/sdk';

/** `You, Bob and 2 others`: those first whose names are known here; the others have left and wrote nothing that is loaded. */
export function namesOf(
  userIds: readonly string[],
  { me, participants, messages }: Pick<MeetingState, 'me' | 'participants' | 'messages'>,
): string {
  const known = new Map([...messages, ...participants].map(({ userId, displayName }) => [userId, displayName]));
  if (me) known.set(me.userId, 'You');
  const names = userIds.flatMap((userId) => known.get(userId) ?? []);
  const others = userIds.length - names.length;
  if (others > 0) names.push(others === 1 ? 'one other' : `${others} others`);
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '');
}
