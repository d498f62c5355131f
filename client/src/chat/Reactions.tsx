/** The reactions to a message: who thinks what of it, and a way to join in. */
import { useState } from 'react';
import AddReactionOutlined from '@mui/icons-material/AddReactionOutlined';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import { styled } from '@mui/material/styles';
import type { ChatEntry, MeetingClient, MeetingState, Reaction } from '@minimeet/sdk';
import { EmojiChoice } from '../common/EmojiChoice';
import { useNotify } from '../common/Notices';
import { useMeeting, useMeetingClient } from '../meeting/meeting-context';
import { namesOf } from './reaction-names';

interface SentMessage {
  sequence: number;
  reactions: ChatEntry['reactions'];
}

export function Reactions({ sequence, reactions }: SentMessage) {
  const react = useReact(sequence);
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.5, alignItems: 'center', maxWidth: '88%' }}>
      {reactions.map((reaction) => (
        <ReactionChip key={reaction.emoji} reaction={reaction} onReact={react} />
      ))}
      <ReactionPicker reactions={reactions} onReact={react} />
    </Box>
  );
}

type React = (emoji: string, reacted: boolean) => void;

function useReact(sequence: number): React {
  const client = useMeetingClient();
  const notify = useNotify();
  return (emoji, reacted) => {
    client.react(sequence, emoji, reacted).catch(({ code }: { code?: string }) => {
      notify(
        code === 'not_allowed'
          ? 'This message has too many different reactions.'
          : 'Your reaction could not be stored. Try again in a moment.',
      );
    });
  };
}

const isMine = ({ userIds }: Reaction, { me }: Pick<MeetingState, 'me'>) => me !== null && userIds.includes(me.userId);

function ReactionChip({ reaction, onReact }: { reaction: Reaction; onReact: React }) {
  const { emoji, userIds } = reaction;
  const mine = useMeeting((state) => isMine(reaction, state));
  const who = useWho(useMeetingClient(), userIds);
  return (
    <Tooltip title={who}>
      <Chip
        type="button"
        aria-pressed={mine}
        aria-label={`${emoji} ${userIds.length}: ${who}`}
        onClick={() => onReact(emoji, !mine)}
        data-testid="reaction"
        data-emoji={emoji}
        data-own={mine || undefined}
      >
        {emoji} {userIds.length}
      </Chip>
    </Tooltip>
  );
}

function useWho(client: MeetingClient, userIds: readonly string[]): string {
  // Whoever comes and goes changes the names that are known.
  useMeeting(({ participants }) => participants);
  return namesOf(userIds, client.state);
}

function ReactionPicker({ reactions, onReact }: Omit<SentMessage, 'sequence'> & { onReact: React }) {
  const [anchor, setAnchor] = useState<Element | null>(null);
  const client = useMeetingClient();
  const choose = (emoji: string) => {
    const present = reactions.find((reaction) => reaction.emoji === emoji);
    onReact(emoji, !(present && isMine(present, client.state)));
  };
  return (
    <>
      <AddButton
        size="small"
        aria-label="React"
        aria-haspopup="dialog"
        data-open={anchor !== null || undefined}
        onClick={(event) => setAnchor(event.currentTarget)}
        data-testid="reaction-add"
      >
        <AddReactionOutlined fontSize="inherit" />
      </AddButton>
      <EmojiChoice anchor={anchor} onChoose={choose} onClose={() => setAnchor(null)} />
    </>
  );
}

const Chip = styled('button')(({ theme }) => ({
  font: 'inherit',
  fontSize: 13,
  lineHeight: 1.5,
  color: 'inherit',
  padding: '2px 8px',
  borderRadius: 12,
  cursor: 'pointer',
  border: `1px solid ${theme.vars.palette.divider}`,
  backgroundColor: 'transparent',
  '&[data-own]': {
    borderColor: theme.vars.palette.primary.main,
    backgroundColor: theme.vars.palette.action.selected,
  },
  '&:hover': { backgroundColor: theme.vars.palette.action.hover },
  '&:focus-visible': { outline: `2px solid ${theme.vars.palette.primary.main}`, outlineOffset: 1 },
}));

/** Quiet until the message is pointed at, where there is something to point with. */
const AddButton = styled(IconButton)({
  fontSize: 18,
  '@media (hover: hover)': {
    opacity: 0,
    '[role=article]:hover &, [role=article]:focus-within &, &[data-open]': { opacity: 1 },
  },
});
