/** One's own tile: straight from the camera, as in a mirror. */
import { memo } from 'react';
import { Avatar } from '../common/Avatar';
import { useStore } from '../common/use-store';
import { VideoView } from '../media/VideoView';
import type { LocalCapture } from '../media/local-capture';
import { isMirrored } from '../media/mirrored';
import { Tile } from './Tile';
import { useMeeting } from './meeting-context';

export const OwnTile = memo(function OwnTile({ capture }: { capture: LocalCapture }) {
  const me = useMeeting((state) => state.me);
  const speaking = useMeeting((state) => me !== null && state.activeSpeakers.includes(me.id));
  // What is sent, not what is wanted: nobody shall believe to be heard who is not.
  const muted = useMeeting((state) => state.localMedia.microphone?.paused ?? true);
  const camera = useStore(capture, (state) => state.camera.track);
  if (!me) return null;
  return (
    <Tile
      participantId={me.id}
      source="camera"
      name={me.displayName}
      suffix=" (you)"
      muted={muted}
      speaking={speaking && !muted}
      own
    >
      <Avatar name={me.displayName} id={me.userId} />
      {camera && <VideoView track={camera} mirrored={isMirrored(camera)} label="Your camera" />}
    </Tile>
  );
});
