/** Calls for attention when somebody knocks, raises a hand or writes while the page is not looked at. */
import { useEffect, useState } from 'react';
import type { MeetingClient, MeetingState } from '@minimeet/sdk';
import { ownRights } from '../moderation/own-rights';
import { loadPreferences } from '../session/preferences';
import { Attention, type Happening, describeHappenings } from './attention';
import { chime } from './chime';
import { mayNotify, notifyDesktop } from './notification';

const isLookedAt = () => document.visibilityState === 'visible';

/** How much happened since the page was looked at last, for its title. Knocks and hands are heard on the visible page too. */
export function useAttention(client: MeetingClient): number {
  const [missed, setMissed] = useState(0);

  useEffect(() => {
    let takeAway = () => {};
    const attention = new Attention((happenings) => {
      const { sounds, notifications } = loadPreferences();
      const calls = isLookedAt() ? happenings.filter(({ kind }) => kind !== 'message') : happenings;
      if (calls.length === 0) return;
      if (sounds) chime();
      if (isLookedAt() || !notifications || !mayNotify()) return;
      takeAway();
      takeAway = notifyDesktop(client.state.room?.name ?? 'MiniMeet', describeHappenings(calls));
    });
    const add = (happening: Happening) => {
      if (!isLookedAt()) setMissed((before) => before + 1);
      attention.add(happening);
    };

    let before = client.state;
    const follow = (state: MeetingState) => {
      const { lobby, hands } = before;
      before = state;
      // What is told again after a lost connection has not happened again.
      if (state.status !== 'joined') return;
      if (state.lobby !== lobby) {
        const known = new Set(lobby.map(({ id }) => id));
        for (const { id, displayName } of state.lobby) if (!known.has(id)) add({ kind: 'knock', name: displayName });
      }
      if (state.hands !== hands && ownRights(state).moderates) {
        for (const { id, displayName } of state.participants) {
          if (state.hands.includes(id) && !hands.includes(id)) add({ kind: 'hand', name: displayName });
        }
      }
    };
    const read = ({ displayName, text }: { displayName: string; text: string }) =>
      add({ kind: 'message', name: displayName, text });
    const followVisibility = () => {
      if (!isLookedAt()) return;
      setMissed(0);
      takeAway();
    };
    client.on('state', follow).on('message', read);
    document.addEventListener('visibilitychange', followVisibility);
    return () => {
      client.off('state', follow).off('message', read);
      document.removeEventListener('visibilitychange', followVisibility);
      attention.close();
      takeAway();
    };
  }, [client]);

  return missed;
}
