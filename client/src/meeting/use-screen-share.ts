/** Sharing one's screen, with its sound where the browser can. */
import { useNotify } from '../common/Notices';
import { useMeeting, useMeetingClient } from './meeting-context';

/** Phones cannot. */
export const canShareScreen = () => typeof navigator.mediaDevices?.getDisplayMedia === 'function';

export function useScreenShare() {
  const client = useMeetingClient();
  const notify = useNotify();
  const isSharing = useMeeting((state) => state.localMedia.screen !== undefined);

  const startSharing = () => {
    client.publishScreen().catch((error: unknown) => {
      if (!wasCancelled(error)) notify('Your screen could not be shared.');
    });
  };
  const stopSharing = () => {
    client
      .unpublish('screen')
      .catch(() => notify('The others may still see your screen. Leave the meeting to be sure.'));
  };
  return { isSharing, startSharing, stopSharing };
}

/** Closing the browser's dialog without choosing a screen is no failure. */
function wasCancelled(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && cause.name === 'NotAllowedError';
}
