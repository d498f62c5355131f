/** Sharing one's screen, with its sound where the browser can. */
import { useNotify } from '../common/Notices';
import { isSystemRefusal } from '../media/device-problem';
import { systemSettingFor } from '../media/system-settings';
import { useMeeting, useMeetingClient } from './meeting-context';

/** Phones cannot. */
export const canShareScreen = () => typeof navigator.mediaDevices?.getDisplayMedia === 'function';

export function useScreenShare() {
  const client = useMeetingClient();
  const notify = useNotify();
  const isSharing = useMeeting((state) => state.localMedia.screen !== undefined);

  const startSharing = () => {
    client.publishScreen().catch((error: unknown) => {
      const sentence = screenFailure(error);
      if (sentence !== null) notify(sentence);
    });
  };
  const stopSharing = () => {
    client
      .unpublish('screen')
      .catch(() => notify('The others may still see your screen. Leave the meeting to be sure.'));
  };
  return { isSharing, startSharing, stopSharing };
}

/** What to say; `null` for who closed the browser's dialog without choosing a screen, which is no failure. */
export function screenFailure(error: unknown): string | null {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error) || cause.name !== 'NotAllowedError') return 'Your screen could not be shared.';
  if (isSystemRefusal(cause))
    return `Your system blocks screen sharing for this browser. Allow it in ${systemSettingFor('screen')}, then try again.`;
  // The page that MiniMeet is embedded in.
  if (/polic/i.test(cause.message))
    return 'This page does not allow sharing the screen. Open MiniMeet in a tab of its own.';
  return null;
}
