/** Tells screen readers what others see happen: who joins, leaves, raises a hand, shares or writes, and what one sends oneself. */
import { useEffect, useState } from 'react';
import type { MeetingClient, MeetingState, RemoteParticipant } from '@minimeet/sdk';
import { VisuallyHidden } from '../common/VisuallyHidden';
import { announcementOf, type Happening } from './announced';
import { isShort } from './flowing-track';

/** Milliseconds without news before they are told, and for which they are collected at most: a crowd is one sentence. */
const pause = { quiet: 1000, longest: 8000 };
/** Happenings that are kept; of more, the oldest are forgotten. */
const mostKept = 1000;

export function Announcements({ client }: { client: MeetingClient }) {
  const told = useTold(client);
  const own = useOwnMedia(client);
  return (
    <VisuallyHidden>
      <div role="status" data-testid="announcements">
        {/* Another element each time: the same words twice are told twice. */}
        <span key={told.id}>{told.text}</span>
      </div>
      <div role="status" data-testid="own-announcements">
        <span key={own.id}>{own.text}</span>
      </div>
    </VisuallyHidden>
  );
}

interface Told {
  id: number;
  text: string;
}

const nothingTold: Told = { id: 0, text: '' };
const next =
  (text: string) =>
  ({ id }: Told): Told => ({ id: id + 1, text });

function useTold(client: MeetingClient): Told {
  const [told, setTold] = useState(nothingTold);
  useEffect(() => {
    let waiting: Happening[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    let begun = 0;
    const tell = () => {
      timer = undefined;
      setTold(next(announcementOf(waiting)));
      waiting = [];
    };
    const note = (...happenings: Happening[]) => {
      if (happenings.length === 0) return;
      if (timer === undefined) begun = Date.now();
      else clearTimeout(timer);
      waiting = [...waiting, ...happenings].slice(-mostKept);
      timer = setTimeout(tell, Math.max(0, Math.min(pause.quiet, begun + pause.longest - Date.now())));
    };
    const joined = ({ displayName }: { displayName: string }) => note({ kind: 'joined', name: displayName });
    const left = ({ displayName }: { displayName: string }) => note({ kind: 'left', name: displayName });
    const wrote = ({ displayName, text }: { displayName: string; text: string }) =>
      note({ kind: 'message', name: displayName, text });
    let before = client.state;
    const follow = (state: MeetingState) => {
      note(...signsBetween(before, state));
      before = state;
    };
    client.on('participant_joined', joined).on('participant_left', left).on('message', wrote).on('state', follow);
    return () => {
      clearTimeout(timer);
      client.off('participant_joined', joined).off('participant_left', left).off('message', wrote).off('state', follow);
    };
  }, [client]);
  return told;
}

/** Raised and lowered hands, shared screens and missing bandwidth of those who were there before and are there now. */
function signsBetween(before: MeetingState, after: MeetingState): Happening[] {
  const changed: Happening[] = [];
  const me = after.me;
  if (before.hands !== after.hands) {
    const [had, has] = [new Set(before.hands), new Set(after.hands)];
    const people = me ? [...after.participants, { id: me.id, displayName: 'You' }] : after.participants;
    for (const { id, displayName: name } of people) {
      if (had.has(id) !== has.has(id)) changed.push({ kind: has.has(id) ? 'raised' : 'lowered', name });
    }
  }
  if (before.participants !== after.participants) {
    const known = new Map(before.participants.map((participant) => [participant.id, participant]));
    for (const participant of after.participants) {
      const earlier = known.get(participant.id);
      if (!earlier || earlier === participant) continue;
      if (!isCongested(earlier) && isCongested(participant)) {
        changed.push({ kind: 'congested', name: participant.displayName });
      }
      const [shared, shares] = [earlier.media.screen !== undefined, participant.media.screen !== undefined];
      if (shared !== shares) changed.push({ kind: shares ? 'shares' : 'sharesNoMore', name: participant.displayName });
    }
  }
  return changed;
}

const isCongested = ({ media }: RemoteParticipant) => isShort(media.camera) || isShort(media.screen);

/** At once, because a key was pressed, or a moderator acted. */
function useOwnMedia(client: MeetingClient): Told {
  const [told, setTold] = useState(nothingTold);
  useEffect(() => {
    const stateOf = ({ localMedia: { microphone, camera, screen } }: MeetingState) => ({
      Microphone: microphone?.paused === false,
      Camera: camera?.paused === false,
      'Screen sharing': screen !== undefined,
    });
    let before = stateOf(client.state);
    const follow = (state: MeetingState) => {
      const now = stateOf(state);
      const changed = (Object.keys(now) as (keyof typeof now)[]).filter((name) => now[name] !== before[name]);
      before = now;
      if (changed.length > 0) setTold(next(changed.map((name) => `${name} ${now[name] ? 'on' : 'off'}.`).join(' ')));
    };
    client.on('state', follow);
    return () => void client.off('state', follow);
  }, [client]);
  return told;
}
