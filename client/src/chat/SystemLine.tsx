/** What nobody reads aloud: who came and who went, and where something was deleted. */
import type { ReactNode } from 'react';
import Box from '@mui/material/Box';
import type { ChatEntry } from '@minimeet/sdk';
import { GuestMark } from '../common/GuestMark';
import { UserText } from '../common/UserText';
import { timeLabel } from './message-time';

const sentences: Record<Exclude<ChatEntry['kind'], 'text'>, (name: ReactNode) => ReactNode> = {
  deleted: (name) => <>A message from {name} was deleted</>,
  joined: (name) => <>{name} joined</>,
  left: (name) => <>{name} left</>,
  removed: (name) => <>{name} was removed</>,
};

export function SystemLine({ message: { displayName, isGuest, kind, sentAt, sequence } }: { message: ChatEntry }) {
  return (
    <Box
      sx={{ color: 'text.secondary', fontSize: 13, textAlign: 'center', overflowWrap: 'anywhere' }}
      data-testid="chat-line"
      data-kind={kind}
      data-sequence={sequence ?? undefined}
      tabIndex={-1}
    >
      {kind !== 'text' && sentences[kind](<UserText>{displayName}</UserText>)} {isGuest && <GuestMark />} ·{' '}
      <time dateTime={sentAt}>{timeLabel(new Date(sentAt))}</time>
    </Box>
  );
}
