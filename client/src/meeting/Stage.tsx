/** The part of the meeting that shows people: a grid of equal tiles, or a shared screen with the people beside it. */
import { useMemo } from 'react';
import type { RemoteParticipant } from '@minimeet/sdk';
import Box from '@mui/material/Box';
import { useElementSize } from '../common/use-element-size';
import type { LocalCapture } from '../media/local-capture';
import { MoreTile } from './MoreTile';
import { OwnTile } from './OwnTile';
import { ParticipantTile } from './ParticipantTile';
import { ScreenStage } from './ScreenStage';
import { ScreenTile } from './ScreenTile';
import { TileGrid } from './TileGrid';
import { useMeeting } from './meeting-context';
import { shownTiles } from './shown-tiles';

/** Tiles at most; more would be too small to know a face. */
const capacity = 25;
const noOne: readonly string[] = [];

export function Stage({ capture }: { capture: LocalCapture }) {
  const [measure, size] = useElementSize();
  const participants = useMeeting((state) => state.participants);
  const isCrowded = participants.length + 1 > capacity;
  const activeSpeakers = useMeeting((state) => (isCrowded ? state.activeSpeakers : noOne));
  const { shown, hidden } = useMemo(
    () => shownTiles(participants, activeSpeakers, capacity - 1),
    [participants, activeSpeakers],
  );
  const presenters = participants.filter(hasScreen);

  const tiles = [
    ...shown.map((participant) => <ParticipantTile key={participant.id} participant={participant} />),
    ...(hidden > 0 ? [<MoreTile key="more" count={hidden} />] : []),
    <OwnTile key="me" capture={capture} />,
  ];

  return (
    <Box ref={measure} sx={{ flex: 1, minHeight: 0, m: { xs: 1, sm: 2 }, mb: 0 }} data-testid="stage">
      {presenters.length === 0 ? (
        <TileGrid size={size} tallestAspect={size.height > size.width ? 1 : undefined}>
          {tiles}
        </TileGrid>
      ) : (
        <ScreenStage
          size={size}
          screens={presenters.map((participant) => (
            <ScreenTile key={participant.id} participant={participant} />
          ))}
          people={tiles}
        />
      )}
    </Box>
  );
}

const hasScreen = ({ media }: RemoteParticipant) => media.screen !== undefined && !media.screen.paused;
