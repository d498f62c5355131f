/** Where a message is written: Enter sends, Shift and Enter begins a new line. */
import { type KeyboardEvent, useState } from 'react';
import { limits } from '@minimeet/protocol';
import type { MeetingClient } from '@minimeet/sdk';
import SendRounded from '@mui/icons-material/SendRounded';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import TextField from '@mui/material/TextField';
import { useMeetingClient } from '../meeting/meeting-context';
import { useOwnRights } from '../moderation/own-rights';

/** What is half written in each meeting, while the chat is closed. */
const drafts = new WeakMap<MeetingClient, string>();

export function MessageComposer() {
  const client = useMeetingClient();
  const { writes } = useOwnRights();
  const [text, setText] = useState(() => drafts.get(client) ?? '');

  const write = (draft: string) => {
    drafts.set(client, draft);
    setText(draft);
  };

  const send = () => {
    const message = text.trim();
    if (!message) return;
    write('');
    // A failure shows at the message itself, with a way to try again.
    client.sendMessage(message).catch(() => undefined);
  };
  const sendOnEnter = (event: KeyboardEvent) => {
    // While a word is being composed (Chinese, Japanese, …), Enter belongs to the keyboard's own menu.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <Box
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      sx={{ display: 'flex', alignItems: 'flex-end', gap: 1, p: 1.5, pb: 'max(12px, env(safe-area-inset-bottom))' }}
    >
      <TextField
        value={text}
        onChange={(event) => write(event.target.value)}
        onKeyDown={sendOnEnter}
        disabled={!writes}
        placeholder={writes ? 'Write a message' : 'You may not write now'}
        size="small"
        multiline
        maxRows={6}
        fullWidth
        autoFocus
        slotProps={{
          htmlInput: {
            'aria-label': 'Write a message',
            dir: 'auto',
            maxLength: limits.messageText,
            enterKeyHint: 'send',
            'data-testid': 'chat-input',
          },
        }}
      />
      <IconButton type="submit" color="primary" aria-label="Send" disabled={!writes} data-testid="chat-send">
        <SendRounded />
      </IconButton>
    </Box>
  );
}
