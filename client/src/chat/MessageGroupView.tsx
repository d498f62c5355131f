/** Messages that one person wrote in a row, below their name and the time. */
import DeleteOutlineRounded from '@mui/icons-material/DeleteOutlineRounded';
import ReplayRounded from '@mui/icons-material/ReplayRounded';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import IconButton from '@mui/material/IconButton';
import Link from '@mui/material/Link';
import { styled } from '@mui/material/styles';
import type { ChatEntry } from '@minimeet/sdk';
import { useNotify } from '../common/Notices';
import { useMeetingClient } from '../meeting/meeting-context';
import { useOwnRights } from '../moderation/own-rights';
import { linkify } from './linkify';
import type { MessageGroup } from './message-groups';
import { dayLabel, timeLabel } from './message-time';
import { Reactions } from './Reactions';
import { SystemLines } from './SystemLines';

export function MessageGroupView({ group }: { group: MessageGroup }) {
  const { sentAt, messages, beginsDay, fromServer } = group;
  return (
    <>
      {beginsDay && (
        <Divider sx={{ my: 1.5, color: 'text.secondary', fontSize: 13 }}>{dayLabel(sentAt, new Date())}</Divider>
      )}
      {fromServer ? <SystemLines messages={messages} /> : <WrittenMessages group={group} />}
    </>
  );
}

function WrittenMessages({ group: { displayName, mine, sentAt, messages } }: { group: MessageGroup }) {
  return (
    <Box
      sx={{
        mb: 1.5,
        display: 'flex',
        flexDirection: 'column',
        gap: 0.5,
        alignItems: mine ? 'flex-end' : 'flex-start',
      }}
    >
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'baseline', fontSize: 13, maxWidth: '100%' }}>
        <Box
          component="span"
          sx={{ fontWeight: 600, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
        >
          {mine ? 'You' : displayName}
        </Box>
        <Box component="time" dateTime={sentAt.toISOString()} sx={{ color: 'text.secondary', flexShrink: 0 }}>
          {timeLabel(sentAt)}
        </Box>
      </Box>
      <MessageItems>
        {messages.map((message) => (
          <Message key={message.clientMessageId} message={message} />
        ))}
      </MessageItems>
    </Box>
  );
}

function Message({ message }: { message: ChatEntry }) {
  const client = useMeetingClient();
  const { clientMessageId, mine, status, problem, text, sequence, reactions } = message;
  const { moderates } = useOwnRights();
  // A second failure shows in the message's status, like the first.
  const resend = () => client.resendMessage(clientMessageId).catch(() => undefined);
  return (
    <li data-mine={mine || undefined}>
      <Bubble
        data-mine={mine || undefined}
        data-status={status}
        data-sequence={sequence ?? undefined}
        tabIndex={-1}
        data-testid="chat-message"
      >
        {linkify(text).map((part, index) =>
          part.kind === 'link' ? (
            <Link key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow" color="inherit">
              {part.text}
            </Link>
          ) : (
            part.text
          ),
        )}
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
    </li>
  );
}

function DeleteButton({ sequence }: { sequence: number }) {
  const client = useMeetingClient();
  const notify = useNotify();
  const remove = () =>
    client.deleteMessage(sequence).catch(() => notify('The message could not be deleted. Try again in a moment.'));
  return (
    <QuietButton
      size="small"
      onClick={() => void remove()}
      aria-label="Delete message"
      title="Delete"
      data-testid="chat-delete"
    >
      <DeleteOutlineRounded fontSize="inherit" />
    </QuietButton>
  );
}

/** Until the message is pointed at, where there is something to point with. */
const QuietButton = styled(IconButton)({
  fontSize: 18,
  '@media (hover: hover)': { opacity: 0, 'li:hover &, li:focus-within &': { opacity: 1 } },
});

const MessageItems = styled('ul')({
  listStyle: 'none',
  margin: 0,
  padding: 0,
  width: '100%',
  '& li': { display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: 2, marginBottom: 4 },
  '& li[data-mine]': { alignItems: 'flex-end' },
});

const Bubble = styled('div')(({ theme }) => ({
  maxWidth: '88%',
  padding: '6px 12px',
  borderRadius: 14,
  whiteSpace: 'pre-wrap',
  overflowWrap: 'anywhere',
  backgroundColor: theme.vars.palette.action.selected,
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
