/** Asks the server to keep order, and says so where it does not. */
import { MeetingError, type Moderator } from '@minimeet/sdk';
import { useNotify } from '../common/Notices';
import { useMeetingClient } from '../meeting/meeting-context';

export type Ask = (act: (moderator: Moderator) => Promise<void>) => void;

export function useModeration(): Ask {
  const { moderation } = useMeetingClient();
  const notify = useNotify();
  return (act) => {
    act(moderation).catch((error: unknown) => notify(sentenceOf(error)));
  };
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof MeetingError)) return 'That did not work. Try again in a moment.';
  // Somebody may have left, or stopped it themself, in the meantime.
  if (error.code === 'participant_not_found') return 'They are not here any more.';
  if (error.code === 'rate_limited') return 'That was too often. Wait a little.';
  return `${error.message}.`;
}
