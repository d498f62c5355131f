/** Which emoji is shown to everyone for a moment. */
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Popover from '@mui/material/Popover';
import { commonEmoji } from '../common/common-emoji';
import { useModeration } from './use-moderation';

interface ReactionPickerProps {
  anchor: Element | null;
  onClose: () => void;
}

export function ReactionPicker({ anchor, onClose }: ReactionPickerProps) {
  const ask = useModeration();
  return (
    <Popover
      anchorEl={anchor}
      open={anchor !== null}
      onClose={onClose}
      anchorOrigin={{ vertical: 'top', horizontal: 'center' }}
      transformOrigin={{ vertical: 'bottom', horizontal: 'center' }}
    >
      <Box sx={{ display: 'flex', flexWrap: 'wrap', p: 0.5, maxWidth: 360 }} role="group" aria-label="React">
        {Object.entries(commonEmoji).map(([emoji, name]) => (
          <IconButton
            key={emoji}
            aria-label={name}
            title={name}
            onClick={() => {
              onClose();
              ask((moderator) => moderator.sendReaction(emoji));
            }}
            data-testid="react-emoji"
            data-emoji={emoji}
            sx={{ width: 44, height: 44, fontSize: 24, color: 'text.primary' }}
          >
            {emoji}
          </IconButton>
        ))}
      </Box>
    </Popover>
  );
}
