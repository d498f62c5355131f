/** A screen that a participant shares. */
import { memo } from 'react';
import type { RemoteParticipant } from '@minimeet/sdk';
import { isolated } from '../common/direction';
import { VideoView } from '../media/VideoView';
import { Tile } from './Tile';
import { flowingTrack, isShort } from './flowing-track';

export const ScreenTile = memo(function ScreenTile({ participant }: { participant: RemoteParticipant }) {
  const { id, displayName, isGuest, media } = participant;
  const screen = flowingTrack(media.screen);
  return (
    <Tile
      participantId={id}
      source="screen"
      name={displayName}
      isGuest={isGuest}
      suffix="’s screen"
      congested={isShort(media.screen)}
    >
      {screen && <VideoView track={screen} label={`${isolated(displayName)}’s screen`} whole />}
    </Tile>
  );
});
