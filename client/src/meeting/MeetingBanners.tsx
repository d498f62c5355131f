/** What one has to know right now, above the stage. */
import { useSyncExternalStore } from 'react';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import { DeviceProblems } from '../media/DeviceProblems';
import type { LocalCapture } from '../media/local-capture';
import { isPlaybackRefused, playRefused, subscribeToPlayback } from '../media/playback';
import { useMeeting } from './meeting-context';
import { useScreenShare } from './use-screen-share';

export function MeetingBanners({ capture }: { capture: LocalCapture }) {
  const isReconnecting = useMeeting((state) => state.status === 'reconnecting');
  const isSilent = useSyncExternalStore(subscribeToPlayback, isPlaybackRefused);
  const { isSharing, stopSharing } = useScreenShare();
  return (
    <Stack spacing={1} sx={{ mx: { xs: 1, sm: 2 }, mt: { xs: 1, sm: 2 }, '&:empty': { display: 'none' } }}>
      {isReconnecting && (
        <Alert severity="warning" role="status" data-testid="reconnecting">
          The connection was lost. Reconnecting…
        </Alert>
      )}
      {isSilent && (
        <Alert
          severity="info"
          data-testid="sound-blocked"
          action={
            <Button
              color="inherit"
              size="small"
              variant="outlined"
              onClick={playRefused}
              data-testid="play-sound-button"
            >
              Click to hear
            </Button>
          }
        >
          Your browser plays no sound before you click.
        </Alert>
      )}
      {isSharing && (
        <Alert
          severity="info"
          icon={false}
          role="status"
          data-testid="sharing"
          action={
            <Button color="inherit" size="small" onClick={stopSharing}>
              Stop sharing
            </Button>
          }
        >
          You are sharing your screen.
        </Alert>
      )}
      <DeviceProblems capture={capture} />
    </Stack>
  );
}
