/** What nobody reads aloud: who came and who went, and where something was deleted. */
import Box from '@mui/material/Box';
import type { ChatEntry } from '@minimeet/sdk';
import { timeLabel } from './message-time';

const sentences: Record<Exclude<ChatEntry['kind'], 'text'>, (name: string) => string> = {
  deleted: (name) => `A message from ${name} was deleted`,
  joined: (name) => `${name} joined`,
  left: (name) => `${name} left`,
  removed: (name) => `${name} was removed`,
};

export function SystemLines({ messages }: { messages: readonly ChatEntry[] }) {
  return (
    <Box sx={{ mb: 1.5, color: 'text.secondary', fontSize: 13, textAlign: 'center', overflowWrap: 'anywhere' }}>
      {messages.map(({ clientMessageId, displayName, kind, sentAt, sequence }) => (
        <div key={clientMessageId} data-testid="chat-line" data-kind={kind} data-sequence={sequence ?? undefined}>
          {kind !== 'text' && sentences[kind](displayName)} ·{' '}
          <time dateTime={sentAt}>{timeLabel(new Date(sentAt))}</time>
        </div>
      ))}
    </Box>
  );
}
