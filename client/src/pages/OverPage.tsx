/** The page after a meeting: why it is over, and the way back in. */
import type { CloseReason } from '@minimeet/protocol';
import type { MeetingClient, MeetingState } from '@minimeet/sdk';
import Button from '@mui/material/Button';
import type { RoomVisit } from '../session/room-visit';
import { MessagePage } from './MessagePage';

const closed: Record<CloseReason, { title: string; text: string }> = {
  room_deleted: { title: 'The meeting was closed', text: 'Its owner deleted the room for everyone.' },
  ended: { title: 'The meeting was ended', text: 'A moderator ended it for everyone.' },
  removed: { title: 'You were removed from the meeting', text: 'A moderator decided so.' },
  sent_too_much: {
    title: 'You were removed from the meeting',
    text: 'Your device sent far more sound and pictures than this server takes. Try to rejoin in a minute.',
  },
  server_stopping: { title: 'The server is stopping', text: 'It may be back in a moment: try to rejoin.' },
  meeting_elsewhere: {
    title: 'The meeting goes on on another server',
    text: 'This server had lost touch with the others. Rejoin to be with everyone.',
  },
};

const movedAway = {
  title: 'You moved to another tab',
  text: 'This meeting goes on there. Rejoin to bring it back here.',
};

interface OverPageProps {
  visit: RoomVisit;
  client: MeetingClient;
  /** Another tab of this browser has the meeting now. */
  moved: boolean;
}

export function OverPage({ visit, client, moved }: OverPageProps) {
  const { title, text } = moved ? movedAway : describe(client.state);
  const hasNoAccess =
    client.state.error?.code === 'access_ended' || (client.state.error?.code === 'unauthorized' && visit.hasPass);
  const canRejoin = client.state.endReason !== 'room_deleted' && !hasNoAccess;
  return (
    <MessagePage
      title={title}
      testId="meeting-over"
      actions={
        canRejoin && (
          <Button variant="contained" size="large" onClick={() => void visit.rejoin()} data-testid="rejoin-button">
            Rejoin
          </Button>
        )
      }
    >
      {text}
    </MessagePage>
  );
}

function describe({ status, endReason, error }: MeetingState): { title: string; text: string } {
  if (endReason) return closed[endReason];
  if (status === 'failed' && error?.code === 'unauthorized')
    return { title: 'Your access has ended', text: 'It was taken back by whoever gave it to you, or has expired.' };
  if (status === 'failed' && error?.code === 'access_ended')
    return { title: 'Your access has ended', text: 'An administrator ended it.' };
  if (status === 'failed')
    return { title: 'The connection was lost', text: `${error?.message ?? 'The meeting cannot be reached'}.` };
  return { title: 'You left the meeting', text: 'The others can go on without you.' };
}
