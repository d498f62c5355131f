/** Looks for messages of the room, also for those that are not loaded. */
import { useEffect, useState } from 'react';
import { limits } from '@minimeet/protocol';
import type { ChatMessage } from '@minimeet/sdk';
import ClearRounded from '@mui/icons-material/ClearRounded';
import SearchRounded from '@mui/icons-material/SearchRounded';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import ButtonBase from '@mui/material/ButtonBase';
import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import TextField from '@mui/material/TextField';
import { GuestMark } from '../common/GuestMark';
import { UserText } from '../common/UserText';
import { useMeetingClient } from '../meeting/meeting-context';
import { dayLabel, timeLabel } from './message-time';

/** Characters of a found message: more than its three lines can show. */
const shownText = 400;

/** Milliseconds without a key before a search begins. */
const typingPause = 250;

interface SearchFieldProps {
  text: string;
  onText: (text: string) => void;
}

export function SearchField({ text, onText }: SearchFieldProps) {
  return (
    <Box component="search" sx={{ px: 1.5, pb: 1 }}>
      <TextField
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !text) return;
          // The first Escape ends the search, the next one closes the panel.
          event.stopPropagation();
          onText('');
        }}
        placeholder="Search messages"
        size="small"
        fullWidth
        slotProps={{
          htmlInput: {
            'aria-label': 'Search messages',
            dir: 'auto',
            maxLength: limits.searchText,
            'data-testid': 'chat-search',
          },
          input: {
            startAdornment: (
              <InputAdornment position="start">
                <SearchRounded fontSize="small" />
              </InputAdornment>
            ),
            endAdornment: text && (
              <InputAdornment position="end">
                <IconButton
                  size="small"
                  edge="end"
                  aria-label="End the search"
                  onClick={() => onText('')}
                  data-testid="chat-search-clear"
                >
                  <ClearRounded fontSize="small" />
                </IconButton>
              </InputAdornment>
            ),
          },
        }}
      />
    </Box>
  );
}

interface SearchResultsProps {
  text: string;
  /** Somebody wants to see it among the others. */
  onChoose: (sequence: number) => void;
}

export function SearchResults({ text, onChoose }: SearchResultsProps) {
  const { messages, state, more } = useSearch(text);
  return (
    <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto', px: 1.5 }}>
      <Box role="status" sx={{ fontSize: 13, color: 'text.secondary', py: 0.5 }} data-testid="chat-search-status">
        {state === 'searching' && 'Searching …'}
        {state === 'failed' && 'The messages cannot be searched now. Try again in a moment.'}
        {state === 'done' && found(messages.length, more !== null)}
      </Box>
      <Box component="ul" aria-label="Found messages" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {messages.map((message) => (
          <li key={message.id}>
            <Result message={message} onChoose={onChoose} />
          </li>
        ))}
      </Box>
      {more && (
        <Button size="small" onClick={more} data-testid="chat-search-more">
          Show more
        </Button>
      )}
    </Box>
  );
}

function Result({ message, onChoose }: { message: ChatMessage; onChoose: (sequence: number) => void }) {
  const { sequence, displayName, isGuest, sentAt, text } = message;
  const moment = new Date(sentAt);
  return (
    <ButtonBase
      onClick={() => onChoose(sequence)}
      sx={{ display: 'block', width: '100%', textAlign: 'left', borderRadius: 2, px: 1, py: 0.75 }}
      data-testid="chat-search-result"
      data-sequence={sequence}
    >
      <Box component="span" sx={{ display: 'flex', gap: 1, fontSize: 13 }}>
        <Box component="span" sx={{ fontWeight: 600, overflow: 'hidden', textOverflow: 'ellipsis' }}>
          <UserText>{displayName}</UserText>
        </Box>
        {isGuest && <GuestMark />}
        <Box component="time" dateTime={sentAt} sx={{ color: 'text.secondary', flexShrink: 0 }}>
          {dayLabel(moment, new Date())}, {timeLabel(moment)}
        </Box>
      </Box>
      <Box
        component="span"
        dir="auto"
        sx={{
          display: '-webkit-box',
          WebkitLineClamp: 3,
          WebkitBoxOrient: 'vertical',
          overflow: 'hidden',
          overflowWrap: 'anywhere',
        }}
      >
        {text.slice(0, shownText)}
      </Box>
    </ButtonBase>
  );
}

const found = (count: number, more: boolean) =>
  count === 0
    ? 'No message has these words.'
    : `${count}${more ? ' or more' : ''} ${count === 1 ? 'message' : 'messages'} found`;

interface Search {
  messages: readonly ChatMessage[];
  state: 'searching' | 'done' | 'failed';
  /** Loads the next page; `null` when there is none. */
  more: (() => void) | null;
}

/** Of what was typed last: answers to earlier texts come too late. */
function useSearch(text: string): Search {
  const client = useMeetingClient();
  const [before, setBefore] = useState<{ text: string; sequence: number } | null>(null);
  const [found, setFound] = useState<{ text: string; messages: readonly ChatMessage[]; hasMore: boolean } | null>(null);
  const [failedText, setFailedText] = useState<string | null>(null);
  const page = before?.text === text ? before.sequence : null;

  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(
      () => {
        client.searchMessages(text, page === null ? {} : { before: page }).then(
          (answer) => {
            if (!wanted) return;
            setFailedText(null);
            setFound((earlier) => ({
              text,
              hasMore: answer.hasMore,
              messages: page === null ? answer.messages : [...(earlier?.messages ?? []), ...answer.messages],
            }));
          },
          () => wanted && setFailedText(text),
        );
      },
      page === null ? typingPause : 0,
    );
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [client, text, page]);

  const current = found?.text === text ? found : null;
  const oldest = current?.messages.at(-1);
  return {
    messages: current?.messages ?? [],
    state: failedText === text ? 'failed' : current ? 'done' : 'searching',
    more: current?.hasMore && oldest ? () => setBefore({ text, sequence: oldest.sequence }) : null,
  };
}
