/** Messages that one person wrote in a row, below their name and the time. */
import ReplayRounded from '@mui/icons-material/ReplayRounded';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import Link from '@mui/material/Link';
import { styled } from '@mui/material/styles';
import type { ChatEntry } from '@minimeet/sdk';
import { useMeetingClient } from '../meeting/meeting-context';
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
  const { clientMessageId, mine, status, text, sequence, reactions } = message;
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
      {sequence !== null && <Reactions sequence={sequence} reactions={reactions} />}
      {status === 'retrying' && (
        <Box sx={{ fontSize: 13, color: 'text.secondary' }} data-testid="chat-retrying">
          Not sent, retrying
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
