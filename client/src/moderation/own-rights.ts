/** What this participant may do, so that nothing is offered that the server would refuse; it is the server that decides. */
import type { MeetingState } from '@minimeet/sdk';
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
  const moderates = isAppointed(role);
  const sends = role !== 'attendee';
  return {
    moderates,
    appoints: role === 'host',
    sends,
    unmutes: moderates || (sends && !switches.onlyModeratorsUnmute),
    shares: moderates || (sends && !switches.onlyModeratorsShare),
    writes: moderates || !switches.onlyModeratorsChat,
  };
}

export const isAppointed = (role: NonNullable<MeetingState['me']>['role']) => role === 'host' || role === 'moderator';

export function useOwnRights(): OwnRights {
  const me = useMeeting((state) => state.me);
  const switches = useMeeting((state) => state.switches);
  return ownRights({ me, switches });
}
