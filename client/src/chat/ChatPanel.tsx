/** The chat: what was written, and where to write. */
import { MessageComposer } from './MessageComposer';
import { MessageList } from './MessageList';

export default function ChatPanel() {
  return (
    <>
      <MessageList />
      <MessageComposer />
    </>
  );
}
