/** The tile of another participant. */
import { memo } from 'react';
import { styled } from '@mui/material/styles';
import type { RemoteParticipant } from '@minimeet/sdk';
import { isolated } from '../common/direction';
import { Avatar } from '../common/Avatar';
import { VideoView } from '../media/VideoView';
import { Tile } from './Tile';
import { flowingTrack } from './flowing-track';
import { useMeeting } from './meeting-context';

/** Renders again only when this participant changed, or began or stopped to speak. */
export const ParticipantTile = memo(function ParticipantTile({ participant }: { participant: RemoteParticipant }) {
  const { id, userId, displayName, media, connected } = participant;
  const speaking = useMeeting((state) => state.activeSpeakers.includes(id));
  const camera = flowingTrack(media.camera);
  return (
    <Tile
      participantId={id}
      source="camera"
      name={displayName}
      muted={media.microphone?.paused ?? true}
      speaking={speaking}
    >
      <Avatar name={displayName} id={userId} />
      {camera && <VideoView track={camera} label={`Camera of ${isolated(displayName)}`} />}
      {!connected && <Reconnecting data-testid="tile-reconnecting">Reconnecting…</Reconnecting>}
    </Tile>
  );
});

const Reconnecting = styled('div')({
  position: 'absolute',
  top: 8,
  left: 8,
  padding: '2px 8px',
  borderRadius: 8,
  fontSize: 'clamp(12px, 6cqmin, 15px)',
  lineHeight: 1.5,
  backgroundColor: 'rgb(0 0 0 / 0.6)',
});
