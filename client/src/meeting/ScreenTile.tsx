/** A screen that a participant shares. */
import { memo } from 'react';
import type { RemoteParticipant } from '@minimeet/sdk';
import { isolated } from '../common/direction';
import { VideoView } from '../media/VideoView';
import { Tile } from './Tile';
import { congestedText, TileNote } from './TileNote';
import { flowingTrack, isShort } from './flowing-track';

export const ScreenTile = memo(function ScreenTile({ participant }: { participant: RemoteParticipant }) {
  const { id, displayName, isGuest, media } = participant;
  const screen = flowingTrack(media.screen);
  const isCongested = isShort(media.screen);
  return (
    <Tile
      participantId={id}
      source="screen"
      name={displayName}
      isGuest={isGuest}
      suffix="’s screen"
      note={isCongested ? congestedText : undefined}
    >
      {screen && <VideoView track={screen} label={`${isolated(displayName)}’s screen`} whole />}
      {isCongested && <TileNote data-testid="tile-congested">{congestedText}</TileNote>}
    </Tile>
  );
});
