/** One's own hand: whether it is raised, and how to change that. */
import { useMeeting } from '../meeting/meeting-context';
import { useModeration } from './use-moderation';

export function useOwnHand() {
  const isRaised = useMeeting(({ me, hands }) => me !== null && hands.includes(me.id));
  const ask = useModeration();
  return { isRaised, toggleHand: () => ask((moderator) => moderator.setOwnHand(!isRaised)) };
}

/** The place of a raised hand in the order, from 1 on; `null` where it is not raised. */
export function useHandPlace(participantId: string): number | null {
  return useMeeting(({ hands }) => hands.indexOf(participantId) + 1 || null);
}
