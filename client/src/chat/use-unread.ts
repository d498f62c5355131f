/** What others wrote since the chat was last open; what the server wrote does not count. */
import { useState } from 'react';
import type { ChatEntry, MeetingClient } from '@minimeet/sdk';
import { useStore } from '../common/use-store';

export interface Unread {
  count: number;
  newest: ChatEntry | null;
}

/** What was written before this participant came counts as read. */
export function useUnread(client: MeetingClient, isOpen: boolean): Unread {
  const messages = useStore(client, (state) => state.messages);
  const newestSequence = messages.findLast((message) => message.sequence !== null)?.sequence ?? 0;
  const [readUpTo, setReadUpTo] = useState(newestSequence);
  // While the chat is open, everything that arrives is read; this is derived state, so it is set while rendering.
  if (isOpen && readUpTo !== newestSequence) setReadUpTo(newestSequence);

  const unread = isOpen
    ? []
    : messages.filter(({ kind, mine, sequence }) => kind === 'text' && !mine && (sequence ?? 0) > readUpTo);
  return { count: unread.length, newest: unread.at(-1) ?? null };
}
