/** One's own tile: straight from the camera. */
import { memo } from 'react';
import VisibilityOffRounded from '@mui/icons-material/VisibilityOffRounded';
import { Avatar } from '../common/Avatar';
import { useNotify } from '../common/Notices';
import { useStore } from '../common/use-store';
import { VideoView } from '../media/VideoView';
import type { LocalCapture } from '../media/local-capture';
import { isMirrored } from '../media/mirrored';
import { OverVideo, Tile } from './Tile';
import { useStageChoice } from './stage-choice';
import { useMeeting } from './meeting-context';

export const OwnTile = memo(function OwnTile({ capture }: { capture: LocalCapture }) {
  const me = useMeeting((state) => state.me);
  const speaking = useMeeting((state) => me !== null && state.activeSpeakers.includes(me.id));
  // What is sent, not what is wanted: nobody shall believe to be heard who is not.
  const muted = useMeeting((state) => state.localMedia.microphone?.paused ?? true);
  const camera = useStore(capture, (state) => state.camera.track);
  const { own, changeOwn } = useStageChoice();
  const notify = useNotify();
  const hide = () => {
    changeOwn({ ownView: 'hidden' });
    notify('You no longer see your own video; the others do. “Choose devices” brings it back.');
  };
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
      buttons={
        <OverVideo
          size="small"
          tabIndex={-1}
          onClick={hide}
          aria-label="Hide your video from yourself"
          title="Hide"
          data-testid="own-hide"
        >
          <VisibilityOffRounded fontSize="small" />
        </OverVideo>
      }
    >
      <Avatar name={me.displayName} id={me.userId} />
      {camera && <VideoView track={camera} mirrored={isMirrored(camera, own.mirrored)} label="Your camera" />}
    </Tile>
  );
});
