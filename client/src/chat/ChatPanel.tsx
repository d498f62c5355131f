/** The chat: what was written, and where to write. */
import { MessageComposer } from './MessageComposer';
import { MessageList } from './MessageList';

export function ChatPanel() {
  return (
    <>
      <MessageList />
      <MessageComposer />
    </>
  );
}
