/** A screen that a participant shares. */
import { memo } from 'react';
import type { RemoteParticipant } from '@minimeet/sdk';
import { VideoView } from '../media/VideoView';
import { Tile } from './Tile';

export const ScreenTile = memo(function ScreenTile({ participant }: { participant: RemoteParticipant }) {
  const { id, displayName, media } = participant;
  const name = `${displayName}’s screen`;
  return (
    <Tile participantId={id} name={name} testId="screen-tile">
      {media.screen?.track && <VideoView track={media.screen.track} label={name} whole />}
    </Tile>
  );
});
