/** The messages, newest below; scrolling up loads older ones. */
import { useEffect, useMemo, useRef } from 'react';
import CircularProgress from '@mui/material/CircularProgress';
import Typography from '@mui/material/Typography';
import { styled } from '@mui/material/styles';
import { useMeeting, useMeetingClient } from '../meeting/meeting-context';
import { MessageGroupView } from './MessageGroupView';
import { groupMessages } from './message-groups';

interface MessageListProps {
  /** A message to bring into sight. */
  shown: number | null;
  /** It is in sight now. */
  onShown: () => void;
}

export function MessageList({ shown, onShown }: MessageListProps) {
  const messages = useMeeting((state) => state.messages);
  const hasOlder = useMeeting((state) => state.hasOlderMessages);
  const groups = useMemo(() => groupMessages(messages), [messages]);
  const scroller = useRef<HTMLDivElement>(null);
  const newestOwn = messages.findLast((message) => message.mine)?.clientMessageId;

  // Whoever writes wants to see it, also when they had scrolled up.
  useEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
  }, [newestOwn]);

  useEffect(() => {
    if (shown === null) return;
    const message = scroller.current?.querySelector<HTMLElement>(`[data-sequence="${shown}"]`);
    message?.scrollIntoView({ block: 'center' });
    // For the keyboard and for screen readers, and marked for everyone else.
    message?.focus({ preventScroll: true });
    onShown();
  }, [shown, onShown]);

  return (
    <Scroller ref={scroller} tabIndex={0} aria-label="Messages">
      {messages.length === 0 && (
        <Empty>Nothing was written yet. Messages stay in the room for those who come later.</Empty>
      )}
      <div role="log" aria-live="polite">
        {groups.map((group) => (
          <MessageGroupView key={group.key} group={group} />
        ))}
      </div>
      {hasOlder && <OlderMessages />}
    </Scroller>
  );
}

/** Loads the page before as soon as its place comes into sight. */
function OlderMessages() {
  const client = useMeetingClient();
  const oldest = useMeeting((state) => state.messages[0]?.sequence);
  const place = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!place.current) return;
    // Watched anew after each page, because a place that stays in sight is reported once.
    const observer = new IntersectionObserver(([entry]) => {
      // Without a connection there is nothing to load; the next scroll tries again.
      if (entry?.isIntersecting) client.loadOlderMessages().catch(() => undefined);
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [client, oldest]);

  return (
    // Never the anchor that the browser keeps in its place: that are the messages.
    <div ref={place} style={{ textAlign: 'center', padding: 8, overflowAnchor: 'none' }}>
      <CircularProgress size={20} aria-label="Loading older messages" />
    </div>
  );
}

/**
 * Turned round, so that the browser itself keeps the newest message in sight, and keeps still what is being read while
 * older messages are put above it.
 */
const Scroller = styled('div')({
  flex: 1,
  minHeight: 0,
  overflow: 'auto',
  display: 'flex',
  flexDirection: 'column-reverse',
  padding: '0 16px',
  overscrollBehavior: 'contain',
});

const Empty = styled(Typography)(({ theme }) => ({
  margin: 'auto',
  textAlign: 'center',
  color: theme.vars.palette.text.secondary,
}));
