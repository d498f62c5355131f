/** Who reacted, in words. */
import type { MeetingState } from '@minimeet/sdk';
import { isolated } from '../common/direction';

/** Messages that are looked at for the name of somebody who is gone: the newest. */
const looked = 500;

/** `You, Bob and 2 others`: those first whose names are known here; the others have left and wrote nothing lately. */
export function namesOf(
  userIds: readonly string[],
  { me, participants, messages }: Pick<MeetingState, 'me' | 'participants' | 'messages'>,
): string {
  const missing = new Set(userIds);
  const known = new Map<string, string>();
  const learn = ({ userId, displayName }: { userId: string; displayName: string }) => {
    if (missing.delete(userId)) known.set(userId, isolated(displayName));
  };
  if (me && missing.delete(me.userId)) known.set(me.userId, 'You');
  participants.forEach(learn);
  for (let index = messages.length - 1; missing.size > 0 && index >= Math.max(0, messages.length - looked); index--) {
    learn(messages[index]!);
  }
  const names = userIds.flatMap((userId) => known.get(userId) ?? []);
  const others = userIds.length - names.length;
  if (others > 0) names.push(others === 1 ? 'one other' : `${others} others`);
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '');
}
