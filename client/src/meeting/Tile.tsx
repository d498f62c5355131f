/** One person's or one screen's place on the stage: picture, name, marks, full screen. */
import { type ReactNode, useRef } from 'react';
import FullscreenExitRounded from '@mui/icons-material/FullscreenExitRounded';
import FullscreenRounded from '@mui/icons-material/FullscreenRounded';
import MicOffRounded from '@mui/icons-material/MicOffRounded';
import IconButton from '@mui/material/IconButton';
import { styled } from '@mui/material/styles';
import { tileBackground } from '../theme/theme';
import { canFullscreen, useFullscreen } from './use-fullscreen';

interface TileProps {
  participantId: string;
  /** Shown, and what screen readers say. */
  name: string;
  children: ReactNode;
  muted?: boolean;
  speaking?: boolean;
  own?: boolean;
  testId?: string;
}

export function Tile({ participantId, name, children, muted, speaking, own, testId = 'tile' }: TileProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [isFull, toggleFull] = useFullscreen(frame);
  return (
    <Frame
      ref={frame}
      onDoubleClick={toggleFull}
      role="group"
      aria-label={[name, muted && 'muted', speaking && 'speaking'].filter(Boolean).join(', ')}
      data-testid={testId}
      data-participant-id={participantId}
      data-own={own || undefined}
      data-muted={muted || undefined}
      data-speaking={speaking || undefined}
    >
      {children}
      <Label>
        {muted && <MicOffRounded fontSize="inherit" aria-hidden data-testid="tile-muted" />}
        <span data-testid="tile-name">{name}</span>
      </Label>
      {canFullscreen() && (
        <FullscreenButton
          size="small"
          onClick={toggleFull}
          aria-label={isFull ? 'Leave full screen' : `Show ${name} in full screen`}
          data-testid="tile-fullscreen"
        >
          {isFull ? <FullscreenExitRounded /> : <FullscreenRounded />}
        </FullscreenButton>
      )}
    </Frame>
  );
}

const FullscreenButton = styled(IconButton)({
  position: 'absolute',
  top: 8,
  right: 8,
  color: '#fff',
  backgroundColor: 'rgb(0 0 0 / 0.55)',
  opacity: 0,
  transition: 'opacity 150ms',
  '&:hover': { backgroundColor: 'rgb(0 0 0 / 0.8)' },
});

const Frame = styled('div')(({ theme }) => ({
  position: 'relative',
  width: 'var(--tile-width)',
  height: 'var(--tile-height)',
  flexShrink: 0,
  overflow: 'hidden',
  borderRadius: 12,
  color: '#fff',
  backgroundColor: tileBackground,
  containerType: 'size',
  '&::after': {
    content: '""',
    position: 'absolute',
    inset: 0,
    borderRadius: 'inherit',
    border: '3px solid #2dd4bf',
    opacity: 0,
    transition: 'opacity 200ms',
    pointerEvents: 'none',
  },
  '&[data-speaking]::after': { opacity: 1 },
  '&:fullscreen': { borderRadius: 0, backgroundColor: '#000' },
  '&:hover > button, &:fullscreen > button, & > button:focus-visible': { opacity: 1 },
  // Nothing hovers over a touch screen.
  '@media (hover: none)': { '& > button': { opacity: 0.8 } },
  [theme.breakpoints.down('sm')]: { borderRadius: 10 },
}));

const Label = styled('div')({
  position: 'absolute',
  left: 8,
  bottom: 8,
  maxWidth: 'calc(100% - 16px)',
  display: 'flex',
  alignItems: 'center',
  gap: 4,
  padding: '2px 8px',
  borderRadius: 8,
  fontSize: 'clamp(12px, 6cqmin, 15px)',
  lineHeight: 1.5,
  backgroundColor: 'rgb(0 0 0 / 0.6)',
  '& > span': { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  '& > svg': { flexShrink: 0, color: '#ff8a80', fontSize: '1.1em' },
});
