/** What the server wrote in a row: who came and who went. */
import Box from '@mui/material/Box';
import type { ChatEntry } from '@minimeet/sdk';
import { timeLabel } from './message-time';

const sentences: Record<ChatEntry['kind'], string> = {
  text: '',
  joined: 'joined',
  left: 'left',
  removed: 'was removed',
};

export function SystemLines({ messages }: { messages: readonly ChatEntry[] }) {
  return (
    <Box sx={{ mb: 1.5, color: 'text.secondary', fontSize: 13, textAlign: 'center', overflowWrap: 'anywhere' }}>
      {messages.map(({ clientMessageId, displayName, kind, sentAt, sequence }) => (
        <div key={clientMessageId} data-testid="chat-line" data-kind={kind} data-sequence={sequence ?? undefined}>
          {displayName} {sentences[kind]} · <time dateTime={sentAt}>{timeLabel(new Date(sentAt))}</time>
        </div>
      ))}
    </Box>
  );
}
