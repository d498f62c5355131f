/** The emoji that people react with, over what was pressed to choose one. */
import IconButton from '@mui/material/IconButton';
import Popover from '@mui/material/Popover';
import { commonEmoji } from './common-emoji';
import { pageLandmark } from './landmark';

interface EmojiChoiceProps {
  /** What was pressed; `null` while nothing is to be chosen. */
  anchor: Element | null;
  onChoose: (emoji: string) => void;
  onClose: () => void;
}

export function EmojiChoice({ anchor, onChoose, onClose }: EmojiChoiceProps) {
  return (
    <Popover
      container={pageLandmark}
      open={anchor !== null}
      anchorEl={anchor}
      onClose={onClose}
      anchorOrigin={{ vertical: 'top', horizontal: 'center' }}
      transformOrigin={{ vertical: 'bottom', horizontal: 'center' }}
      slotProps={{ paper: { 'aria-label': 'Reactions', role: 'dialog', sx: { p: 0.5, maxWidth: 220 } } }}
    >
      {Object.entries(commonEmoji).map(([emoji, name], index) => (
        <IconButton
          key={emoji}
          aria-label={name}
          title={name}
          autoFocus={index === 0}
          onClick={() => {
            onClose();
            onChoose(emoji);
          }}
          data-testid="emoji-choice"
          data-emoji={emoji}
          sx={{ width: 48, height: 48, fontSize: 24, color: 'text.primary' }}
        >
          {emoji}
        </IconButton>
      ))}
    </Popover>
  );
}
