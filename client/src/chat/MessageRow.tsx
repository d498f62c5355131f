/** One message or one line of the chat, with what stands above it: the day, and the name and the time of a group. */
import { memo } from 'react';
import DeleteOutlineRounded from '@mui/icons-material/DeleteOutlineRounded';
import ReplayRounded from '@mui/icons-material/ReplayRounded';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import IconButton from '@mui/material/IconButton';
import { styled } from '@mui/material/styles';
import type { ChatEntry } from '@minimeet/sdk';
import { useNotify } from '../common/Notices';
import { GuestMark } from '../common/GuestMark';
import { UserText } from '../common/UserText';
import { isolated } from '../common/direction';
import { useStore } from '../common/use-store';
import { useMeetingClient } from '../meeting/meeting-context';
import { useOwnRights } from '../moderation/own-rights';
import { linkify } from './linkify';
import { beginsDay, beginsGroup, isFromServer } from './message-rows';
import { dayLabel, timeLabel } from './message-time';
import { pendingDeletions } from './pending-deletions';
import { Reactions } from './Reactions';
import { SystemLine } from './SystemLine';

interface MessageRowProps {
  message: ChatEntry;
  previous: ChatEntry | undefined;
}

/** An entry of the log is replaced when it changes: only then it is taken apart and drawn again. */
export const MessageRow = memo(function MessageRow({ message, previous }: MessageRowProps) {
  const sentAt = new Date(message.sentAt);
  const begins = beginsGroup(previous, message);
  return (
    <Row data-begins={(begins && previous !== undefined) || undefined}>
      {beginsDay(previous, message) && (
        <Divider sx={{ my: 1.5, color: 'text.secondary', fontSize: 13 }}>{dayLabel(sentAt, new Date())}</Divider>
      )}
      {isFromServer(message) ? <SystemLine message={message} /> : <Message message={message} headed={begins} />}
    </Row>
  );
});

function Message({ message, headed }: { message: ChatEntry; headed: boolean }) {
  const client = useMeetingClient();
  const { clientMessageId, displayName, isGuest, mine, sentAt, status, problem, text, sequence, reactions } = message;
  const { moderates } = useOwnRights();
  const deletions = pendingDeletions(client);
  const isGoing = useStore(deletions, (going) => sequence !== null && going.has(sequence));
  if (isGoing && sequence !== null) return <DeletedNote mine={mine} onUndo={() => deletions.undo(sequence)} />;
  // A second failure shows in the message's status, like the first.
  const resend = () => client.resendMessage(clientMessageId).catch(() => undefined);
  const time = timeLabel(new Date(sentAt));
  return (
    <Item
      role="article"
      aria-label={`${mine ? 'You' : isolated(displayName)}${isGuest && !mine ? ' (guest)' : ''}, ${time}`}
      data-mine={mine || undefined}
      data-testid="chat-item"
    >
      {headed && (
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'baseline', fontSize: 13, maxWidth: '100%', mb: 0.25 }}>
          <Box
            component="span"
            sx={{ fontWeight: 600, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
          >
            {mine ? 'You' : <UserText>{displayName}</UserText>}
          </Box>
          {isGuest && !mine && <GuestMark />}
          <Box component="time" dateTime={sentAt} sx={{ color: 'text.secondary', flexShrink: 0 }}>
            {time}
          </Box>
        </Box>
      )}
      <Bubble
        dir="auto"
        data-mine={mine || undefined}
        data-status={status}
        data-sequence={sequence ?? undefined}
        tabIndex={-1}
        data-testid="chat-message"
      >
        <LinkedText text={text} />
      </Bubble>
      {sequence !== null && (
        <Box sx={{ display: 'flex', gap: 0.5, alignItems: 'center', maxWidth: '88%' }}>
          <Reactions sequence={sequence} reactions={reactions} />
          {(mine || moderates) && <DeleteButton sequence={sequence} />}
        </Box>
      )}
      {status === 'retrying' && (
        <Box sx={{ fontSize: 13, color: 'text.secondary' }} data-testid="chat-retrying">
          {problem === 'rate_limited' ? 'Too much at once. It is sent in a moment' : 'Not sent, retrying'}
        </Box>
      )}
      {status === 'failed' && (
        <Button
          size="small"
          color="error"
          startIcon={<ReplayRounded />}
          onClick={() => void resend()}
          data-testid="chat-resend"
        >
          Not sent. Try again
        </Button>
      )}
    </Item>
  );
}

/** Parsed once for each text, whatever else about its message changes. */
const LinkedText = memo(function LinkedText({ text }: { text: string }) {
  return linkify(text).map((part, index) =>
    part.kind === 'link' ? (
      // An address goes from left to right, whatever stands around it.
      <a key={index} href={part.href} dir="ltr" target="_blank" rel="noopener noreferrer nofollow">
        {part.text}
      </a>
    ) : (
      <span key={index}>{part.text}</span>
    ),
  );
});

function DeletedNote({ mine, onUndo }: { mine: boolean; onUndo: () => void }) {
  return (
    <Item data-mine={mine || undefined}>
      <Box sx={{ fontSize: 13, color: 'text.secondary' }} role="status" data-testid="chat-deleting">
        <span>Message deleted. </span>
        <Button size="small" onClick={onUndo} autoFocus data-testid="chat-undo">
          Undo
        </Button>
      </Box>
    </Item>
  );
}

function DeleteButton({ sequence }: { sequence: number }) {
  const client = useMeetingClient();
  const notify = useNotify();
  const remove = () =>
    pendingDeletions(client).add(sequence, () => notify('The message could not be deleted. Try again in a moment.'));
  return (
    <QuietButton size="small" onClick={remove} aria-label="Delete message" title="Delete" data-testid="chat-delete">
      <DeleteOutlineRounded fontSize="inherit" />
    </QuietButton>
  );
}

/** Until the message is pointed at, where there is something to point with. */
const QuietButton = styled(IconButton)({
  fontSize: 18,
  '@media (hover: hover)': { opacity: 0, '[role=article]:hover &, [role=article]:focus-within &': { opacity: 1 } },
});

// Padding and no margins: the list measures its rows.
const Row = styled('div')({
  padding: '0 16px 4px',
  '&[data-begins]': { paddingTop: 10 },
});

const Item = styled('div')({
  display: 'flex',
  flexDirection: 'column',
  alignItems: 'flex-start',
  gap: 2,
  '&[data-mine]': { alignItems: 'flex-end' },
});

const Bubble = styled('div')(({ theme }) => ({
  maxWidth: '88%',
  padding: '6px 12px',
  borderRadius: 14,
  whiteSpace: 'pre-wrap',
  overflowWrap: 'anywhere',
  // Each line in the direction of its own first letter.
  unicodeBidi: 'plaintext',
  backgroundColor: theme.vars.palette.action.selected,
  '& a': { color: 'inherit', unicodeBidi: 'isolate' },
  '&[data-mine]': {
    color: theme.vars.palette.primary.contrastText,
    backgroundColor: theme.vars.palette.primary.main,
  },
  '&[data-status=sending], &[data-status=retrying]': { opacity: 0.6 },
  '&:focus': { outline: `2px solid ${theme.vars.palette.primary.main}`, outlineOffset: 2 },
  '&[data-status=failed]': {
    color: 'inherit',
    backgroundColor: 'transparent',
    border: `1px solid ${theme.vars.palette.error.main}`,
  },
}));
