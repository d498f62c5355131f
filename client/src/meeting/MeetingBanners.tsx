/** What one has to know right now, above the stage. */
import { useState, useSyncExternalStore } from 'react';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import type { MediaBlock } from '@minimeet/sdk';
import { DeviceProblems } from '../media/DeviceProblems';
import { MutedHint } from '../media/MutedHint';
import { isPlaybackRefused, playRefused, subscribeToPlayback } from '../media/playback';
import type { RoomVisit } from '../session/room-visit';
import { useOwnRights } from '../moderation/own-rights';
import { LobbyBanner } from './LobbyBanner';
import { useMeeting } from './meeting-context';
import { ReturnBanner } from './ReturnBanner';
import { SilentBanner } from './SilentBanner';
import { useCopyLink } from './use-copy-link';
import { useScreenShare } from './use-screen-share';

export function MeetingBanners({ visit, onShowPeople }: { visit: RoomVisit; onShowPeople: () => void }) {
  const isReconnecting = useMeeting((state) => state.status === 'reconnecting');
  const isInLobby = useMeeting((state) => state.inLobby);
  const isServerStopping = useMeeting((state) => state.serverStopping);
  const mediaBlocked = useMeeting((state) => state.mediaBlocked);
  const isAlone = useMeeting(
    (state) => state.status === 'joined' && state.participants.length + state.lobby.length === 0,
  );
  const hadCompany = useHadCompany();
  const copyLink = useCopyLink(visit.slug);
  const isSilent = useSyncExternalStore(subscribeToPlayback, isPlaybackRefused);
  const { isSharing, stopSharing } = useScreenShare();
  const { unmutes } = useOwnRights();
  return (
    <Stack spacing={1} sx={{ mx: { xs: 1, sm: 2 }, mt: { xs: 1, sm: 2 }, '&:empty': { display: 'none' } }}>
      {isReconnecting && (
        <Alert severity={isServerStopping ? 'info' : 'warning'} role="status" data-testid="reconnecting">
          {isInLobby
            ? 'You are back in the lobby. Somebody in the meeting has to let you in…'
            : isServerStopping
              ? 'The server is being restarted. You come back into the meeting by yourself…'
              : 'The connection was lost. Reconnecting…'}
        </Alert>
      )}
      {isServerStopping && !isReconnecting && (
        <Alert severity="info" role="status" data-testid="server-stopping">
          The server is about to be restarted. You come back into the meeting by yourself.
        </Alert>
      )}
      {mediaBlocked && !isReconnecting && (
        <Alert severity="error" role="alert" data-testid="media-blocked" data-cause={mediaBlocked.cause}>
          {blockedText(mediaBlocked)}
        </Alert>
      )}
      <LobbyBanner onShowPeople={onShowPeople} />
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
          Your browser plays no sound before you click or press a key.
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
      {isAlone && (
        <Alert
          severity="info"
          icon={false}
          data-testid="alone"
          action={
            <Button color="inherit" size="small" onClick={copyLink}>
              Copy the link
            </Button>
          }
        >
          {hadCompany
            ? 'Everyone else has left.'
            : 'No one else is here yet. Send the link to the people you want to meet.'}
        </Alert>
      )}
      <SilentBanner visit={visit} />
      <ReturnBanner visit={visit} />
      <MutedHint capture={visit.capture} mayUnmute={unmutes} />
      <DeviceProblems capture={visit.capture} />
    </Stack>
  );
}

/** Whether somebody else has been in the meeting since this page has shown it. */
function useHadCompany(): boolean {
  const hasCompany = useMeeting((state) => state.participants.length > 0);
  const [had, setHad] = useState(hasCompany);
  if (hasCompany && !had) setHad(true);
  return had;
}

/** What to do about it: by oneself where it is one's own network, by the administrator where it is the server. */
function blockedText({ cause, relayOffered }: MediaBlock): string {
  if (cause === 'server')
    return 'Video and sound can’t reach this server, for anyone. Chat still works. Ask the server’s administrator to check its media address and ports.';
  return relayOffered
    ? 'Your network blocks video and sound. Chat still works. Try another network, or turn off your VPN.'
    : 'Your network blocks video and sound. Chat still works. Try another network, turn off your VPN, or ask the server’s administrator for a relay (TURN).';
}
