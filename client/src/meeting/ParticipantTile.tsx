/** The tile of another participant. */
import { memo } from 'react';
import type { RemoteParticipant } from '@minimeet/sdk';
import { isolated } from '../common/direction';
import { Avatar } from '../common/Avatar';
import { VideoView } from '../media/VideoView';
import { Tile } from './Tile';
import { TileNote } from './TileNote';
import { flowingTrack, isShort } from './flowing-track';
import { useMeeting } from './meeting-context';

/** Renders again only when this participant changed, or began or stopped to speak. */
export const ParticipantTile = memo(function ParticipantTile({ participant }: { participant: RemoteParticipant }) {
  const { id, userId, displayName, isGuest, media, connected } = participant;
  const speaking = useMeeting((state) => state.activeSpeakers.includes(id));
  const camera = flowingTrack(media.camera);
  return (
    <Tile
      participantId={id}
      source="camera"
      name={displayName}
      isGuest={isGuest}
      muted={media.microphone?.paused ?? true}
      speaking={speaking}
      congested={connected && isShort(media.camera)}
    >
      <Avatar name={displayName} id={userId} />
      {camera && <VideoView track={camera} label={`Camera of ${isolated(displayName)}`} />}
      {!connected && <TileNote data-testid="tile-reconnecting">Reconnecting…</TileNote>}
    </Tile>
  );
});
