/** Reactions over the stage, each for a moment. */
import { useEffect, useState } from 'react';
import { styled } from '@mui/material/styles';
import { UserText } from '../common/UserText';
import { useMeetingClient } from '../meeting/meeting-context';

/** Milliseconds for which one is shown. */
const shownFor = 4000;
/** The newest of more than these at once: they are to be seen, not counted. */
const mostShown = 8;

interface Shown {
  id: number;
  name: string;
  emoji: string;
}

export function ShownReactions() {
  const client = useMeetingClient();
  const [shown, setShown] = useState<readonly Shown[]>([]);

  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    let last = 0;
    const show = ({ participantId, emoji }: { participantId: string; emoji: string }) => {
      const { me, participants } = client.state;
      const name = me?.id === participantId ? 'You' : participants.find(({ id }) => id === participantId)?.displayName;
      if (!name) return;
      const id = ++last;
      setShown((before) => [...before, { id, name, emoji }].slice(-mostShown));
      const timer = setTimeout(() => {
        timers.delete(timer);
        setShown((before) => before.filter((each) => each.id !== id));
      }, shownFor);
      timers.add(timer);
    };
    client.on('reaction', show);
    return () => {
      client.off('reaction', show);
      timers.forEach(clearTimeout);
    };
  }, [client]);

  return (
    <Place aria-live="polite" data-testid="shown-reactions">
      {shown.map(({ id, name, emoji }) => (
        <Bubble key={id} data-testid="shown-reaction">
          <span>{emoji}</span> <UserText>{name}</UserText>
        </Bubble>
      ))}
    </Place>
  );
}

const Place = styled('div')({
  position: 'absolute',
  // Names are at the lower edge of the tiles.
  insetInline: 16,
  top: 24,
  maxHeight: 84,
  overflow: 'hidden',
  zIndex: 1,
  display: 'flex',
  flexWrap: 'wrap',
  justifyContent: 'center',
  gap: 4,
  pointerEvents: 'none',
});

const Bubble = styled('div')({
  maxWidth: 240,
  padding: '2px 12px 2px 8px',
  borderRadius: 16,
  color: '#fff',
  backgroundColor: 'rgb(0 0 0 / 0.7)',
  overflow: 'hidden',
  textOverflow: 'ellipsis',
  whiteSpace: 'nowrap',
  fontSize: 14,
  '& > span': { fontSize: 24, verticalAlign: 'middle' },
  '& > b': { fontWeight: 'inherit' },
});
