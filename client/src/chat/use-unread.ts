/** What others wrote since the chat was last open; what the server wrote does not count. */
import { useState } from 'react';
import type { MeetingClient } from '@minimeet/sdk';
import { useStore } from '../common/use-store';
import { countUnread, newestSequence } from './unread';

/** How many there are, up to `mostCounted`. What was written before this participant came counts as read. */
export function useUnread(client: MeetingClient, isOpen: boolean): number {
  const messages = useStore(client, (state) => state.messages);
  const newest = newestSequence(messages);
  const [readUpTo, setReadUpTo] = useState(newest);
  // While the chat is open, everything that arrives is read; this is derived state, so it is set while rendering.
  if (isOpen && readUpTo !== newest) setReadUpTo(newest);
  return isOpen ? 0 : countUnread(messages, readUpTo);
}
