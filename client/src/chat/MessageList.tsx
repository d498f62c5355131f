/** The messages, newest below; scrolling up loads older ones. Only those in sight are in the page, however many there are. */
import { type RefObject, useCallback, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import KeyboardArrowDownRounded from '@mui/icons-material/KeyboardArrowDownRounded';
import Button from '@mui/material/Button';
import CircularProgress from '@mui/material/CircularProgress';
import Typography from '@mui/material/Typography';
import { styled } from '@mui/material/styles';
import type { ChatEntry } from '@minimeet/sdk';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { useMeeting, useMeetingClient } from '../meeting/meeting-context';
import { MessageRow } from './MessageRow';
import { keyOf } from './message-rows';
import { countUnread, mostCounted, newestSequence } from './unread';

/** Pixels from the end within which one reads the newest messages, and from the beginning where older ones are loaded. */
const near = { end: 24, beginning: 300 };
/** Messages among which an own new one is. */
const newestLooked = 50;
/** Of the sign that older messages are being loaded, in pixels. */
const olderHeight = 36;
/** Frames for which a message that was scrolled to may take to be there. */
const framesToAppear = 120;

interface MessageListProps {
  /** A message to bring into sight. */
  shown: number | null;
  /** It is in sight now. */
  onShown: () => void;
}

export function MessageList({ shown, onShown }: MessageListProps) {
  const messages = useMeeting((state) => state.messages);
  const hasOlder = useMeeting((state) => state.hasOlderMessages);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const { leftAt, toEnd, leave, followScroll, followSize } = useEnd(list, messages);
  const loadOlder = useOlder(list, leftAt !== null);
  const isShifted = useShift(messages);
  useShown({ shown, onShown, messages, list, scroller, leave });

  return (
    <Frame>
      {/* Not live: rows come and go while one scrolls. What is new is announced by the meeting. */}
      <Scroller ref={scroller} tabIndex={0} role="log" aria-live="off" aria-label="Messages" data-testid="chat-log">
        {messages.length === 0 && (
          <Empty>Nothing was written yet. Messages stay in the room for those who come later.</Empty>
        )}
        <div style={{ flexGrow: 1 }} />
        {hasOlder && <OlderMessages />}
        <Virtualizer
          ref={list}
          scrollRef={scroller}
          data={messages}
          startMargin={hasOlder ? olderHeight : 0}
          shift={isShifted}
          onScroll={(offset) => {
            followScroll(offset);
            loadOlder();
          }}
          onResize={() => {
            followSize();
            loadOlder();
          }}
        >
          {(message, index) => <MessageRow key={keyOf(message)} message={message} previous={messages[index - 1]} />}
        </Virtualizer>
      </Scroller>
      {leftAt !== null && <ToNewest unread={countUnread(messages, leftAt)} onClick={toEnd} />}
    </Frame>
  );
}

/** Keeps the newest message in sight, unless one has scrolled away from it to read. */
function useEnd(list: RefObject<VirtualizerHandle | null>, messages: readonly ChatEntry[]) {
  const isFollowing = useRef(true);
  const lastOffset = useRef(0);
  /** The newest message when one left the end. */
  const [leftAt, setLeftAt] = useState<number | null>(null);
  const count = messages.length;
  const newest = newestSequence(messages);
  const newestOwn = messages.slice(-newestLooked).findLast(({ mine }) => mine)?.clientMessageId;

  const followSize = useCallback(() => {
    if (isFollowing.current && count > 0) list.current?.scrollToIndex(count - 1, { align: 'end' });
  }, [list, count]);
  const toEnd = useCallback(() => {
    isFollowing.current = true;
    setLeftAt(null);
    followSize();
  }, [followSize]);
  const leave = useCallback(() => {
    isFollowing.current = false;
    setLeftAt((before) => before ?? newest);
  }, [newest]);

  // Whoever writes wants to see it, also when they had scrolled up.
  const [ownBefore, setOwnBefore] = useState(newestOwn);
  if (ownBefore !== newestOwn) {
    setOwnBefore(newestOwn);
    setLeftAt(null);
  }
  useLayoutEffect(() => {
    isFollowing.current = true;
  }, [newestOwn]);
  useLayoutEffect(followSize, [followSize, messages]);

  const followScroll = (offset: number) => {
    if (!list.current) return;
    const { scrollSize, viewportSize } = list.current;
    const isUp = offset < lastOffset.current;
    lastOffset.current = offset;
    if (scrollSize - viewportSize - offset <= near.end) {
      isFollowing.current = true;
      setLeftAt(null);
    } else if (isUp) leave();
  };
  return { leftAt, toEnd, leave, followScroll, followSize };
}

/** The function that loads the page before, where its place is in sight or close to it. */
function useOlder(list: RefObject<VirtualizerHandle | null>, isAway: boolean): () => void {
  const client = useMeetingClient();
  const oldest = useMeeting((state) => state.messages[0]?.sequence);
  const load = () => {
    if (!list.current || !client.state.hasOlderMessages) return;
    const { scrollOffset, scrollSize, viewportSize } = list.current;
    const fills = scrollSize > viewportSize;
    if (scrollOffset > near.beginning || (fills && !isAway)) return;
    // Without a connection there is nothing to load; the next scroll tries again.
    client.loadOlderMessages().catch(() => undefined);
  };
  const loadMore = useEffectEvent(load);
  // Once more after each page, as nobody scrolls who is at the beginning.
  useEffect(() => {
    const frame = requestAnimationFrame(() => loadMore());
    return () => cancelAnimationFrame(frame);
  }, [oldest]);
  return load;
}

/** Whether what has changed last, changed before the first message: then what is read stays where it is. */
function useShift(messages: readonly ChatEntry[]): boolean {
  const first = messages[0] ? keyOf(messages[0]) : null;
  const [before, setBefore] = useState({ first, messages, shift: false });
  // Derived from what was shown before, so it is set while rendering.
  if (before.messages !== messages) {
    setBefore({ first, messages, shift: before.first !== null && before.first !== first });
  }
  return before.shift;
}

interface ShownMessage extends MessageListProps {
  messages: readonly ChatEntry[];
  list: RefObject<VirtualizerHandle | null>;
  scroller: RefObject<HTMLElement | null>;
  leave: () => void;
}

/** Scrolls to a message, and puts the focus there: for the keyboard and for screen readers, and marked for everyone else. */
function useShown({ shown, onShown, messages, list, scroller, leave }: ShownMessage): void {
  const scrollTo = useEffectEvent((sequence: number) => {
    const index = messages.findIndex((message) => message.sequence === sequence);
    if (index < 0) return false;
    leave();
    list.current?.scrollToIndex(index, { align: 'center' });
    return true;
  });
  useEffect(() => {
    if (shown === null) return;
    let frame = 0;
    let left = scrollTo(shown) ? framesToAppear : 0;
    const focus = () => {
      const message = scroller.current?.querySelector<HTMLElement>(`[data-sequence="${shown}"]`);
      if (!message && left-- > 0) frame = requestAnimationFrame(focus);
      else {
        message?.focus({ preventScroll: true });
        onShown();
      }
    };
    focus();
    return () => cancelAnimationFrame(frame);
  }, [shown, onShown, scroller]);
}

function ToNewest({ unread, onClick }: { unread: number; onClick: () => void }) {
  const count = unread < mostCounted ? unread : `${mostCounted} or more`;
  return (
    <Below>
      <Button
        size="small"
        variant="contained"
        startIcon={<KeyboardArrowDownRounded />}
        onClick={onClick}
        data-testid="chat-newest"
      >
        {unread === 0 ? 'Newest messages' : `${count} new ${unread === 1 ? 'message' : 'messages'}`}
      </Button>
    </Below>
  );
}

function OlderMessages() {
  return (
    <div style={{ height: olderHeight, padding: 8, boxSizing: 'border-box', textAlign: 'center', flexShrink: 0 }}>
      <CircularProgress size={20} aria-label="Loading older messages" />
    </div>
  );
}

const Frame = styled('div')({ position: 'relative', flex: 1, minHeight: 0, display: 'flex' });

/** What is read is kept in its place by the list, not by the browser. */
const Scroller = styled('div')({
  flex: 1,
  minWidth: 0,
  overflowY: 'auto',
  display: 'flex',
  flexDirection: 'column',
  overflowAnchor: 'none',
  overscrollBehavior: 'contain',
});

const Below = styled('div')({
  position: 'absolute',
  bottom: 8,
  left: 0,
  right: 0,
  display: 'flex',
  justifyContent: 'center',
  pointerEvents: 'none',
  '& > *': { pointerEvents: 'auto' },
});

const Empty = styled(Typography)(({ theme }) => ({
  margin: 'auto',
  padding: '0 16px',
  textAlign: 'center',
  color: theme.vars.palette.text.secondary,
}));
