/** Letting people in who wait in the lobby, or sending them away. */
import { useCallback } from 'react';
import { useNotify } from '../common/Notices';
import { useMeeting, useMeetingClient } from './meeting-context';

export function useLobby() {
  const client = useMeetingClient();
  const notify = useNotify();
  const waiting = useMeeting((state) => state.lobby);
  const decide = useCallback(
    (decision: 'admit' | 'refuse', ids: readonly string[]) => {
      // The lobby stays as it is shown, and so does the button.
      client[decision](ids).catch(() => notify('That did not reach the server. Try again.'));
    },
    [client, notify],
  );
  return { waiting, decide };
}
