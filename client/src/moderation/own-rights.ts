/** What this participant may do, so that nothing is offered that the server would refuse; it is the server that decides. */
import type { Grant, MeetingState } from '@minimeet/sdk';
import { useMeeting } from '../meeting/meeting-context';

export interface OwnRights {
  moderates: boolean;
  /** May make and unmake hosts and moderators, and remove them. */
  appoints: boolean;
  sends: boolean;
  unmutes: boolean;
  shares: boolean;
  writes: boolean;
}

export function ownRights({ me, switches }: Pick<MeetingState, 'me' | 'switches'>): OwnRights {
  const role = me?.role ?? 'speaker';
  const grants = me?.grants ?? null;
  const isGranted = (grant: Grant) => grants === null || grants.includes(grant);
  // By the role; the join token with which somebody came may leave less of it.
  const isAbove = isAppointed(role);
  const moderates = isAbove && isGranted('moderate');
  const mayPresent = role !== 'attendee';
  const sends = mayPresent && isGranted('publish');
  return {
    moderates,
    appoints: role === 'host' && isGranted('moderate'),
    sends,
    unmutes: sends && (isAbove || !switches.onlyModeratorsUnmute),
    shares: mayPresent && isGranted('screen') && (isAbove || !switches.onlyModeratorsShare),
    writes: isGranted('chat') && (isAbove || !switches.onlyModeratorsChat),
  };
}

export const isAppointed = (role: NonNullable<MeetingState['me']>['role']) => role === 'host' || role === 'moderator';

export function useOwnRights(): OwnRights {
  const me = useMeeting((state) => state.me);
  const switches = useMeeting((state) => state.switches);
  return ownRights({ me, switches });
}
