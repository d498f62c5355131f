/** One person's or one screen's place on the stage: picture, name, marks, pin, full screen. */
import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import FullscreenExitRounded from '@mui/icons-material/FullscreenExitRounded';
import FullscreenRounded from '@mui/icons-material/FullscreenRounded';
import MicOffRounded from '@mui/icons-material/MicOffRounded';
import PanToolRounded from '@mui/icons-material/PanToolRounded';
import PushPinOutlined from '@mui/icons-material/PushPinOutlined';
import PushPinRounded from '@mui/icons-material/PushPinRounded';
import IconButton from '@mui/material/IconButton';
import { styled } from '@mui/material/styles';
import { GuestMark } from '../common/GuestMark';
import { UserText } from '../common/UserText';
import { isolated } from '../common/direction';
import { tileBackground } from '../theme/theme';
import { useHandPlace } from '../moderation/use-own-hand';
import { TileNote } from './TileNote';
import { isSamePicture, type Picture } from './featured';
import { useStageChoice } from './stage-choice';
import { useRovingTile } from './roving-tiles';
import { canFullscreen, useFullscreen } from './use-fullscreen';

const congestedText = 'Video paused: weak connection';

interface TileProps extends Picture {
  /** Shown, and what screen readers say: a person's name, and what else there is to say. */
  name: string;
  isGuest?: boolean;
  suffix?: string;
  children: ReactNode;
  muted?: boolean;
  speaking?: boolean;
  own?: boolean;
  /** Besides those of every tile. */
  buttons?: ReactNode;
  /** The bandwidth does not suffice for the picture. */
  congested?: boolean;
}

export function Tile({
  participantId,
  source,
  name,
  isGuest = false,
  suffix = '',
  children,
  muted,
  speaking,
  own = false,
  buttons,
  congested = false,
}: TileProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [isFull, toggleFull] = useFullscreen(frame);
  const { pinned, togglePin } = useStageChoice();
  const picture = { participantId, source };
  const isPinned = isSamePicture(pinned, picture);
  const handPlace = useHandPlace(participantId);
  const hand = source === 'camera' ? handPlace : null;
  const roving = useRovingTile(`${source} ${own ? 'me' : participantId}`);
  useOnScreen(frame, own, participantId, source, isPinned);
  return (
    <Frame
      ref={frame}
      onDoubleClick={toggleFull}
      {...roving}
      role="group"
      aria-label={[
        `${isolated(name)}${suffix}`,
        isGuest && 'guest',
        muted && 'muted',
        speaking && 'speaking',
        hand !== null && 'hand raised',
        congested && congestedText,
      ]
        .filter(Boolean)
        .join(', ')}
      data-testid={source === 'screen' ? 'screen-tile' : 'tile'}
      data-participant-id={participantId}
      data-own={own || undefined}
      data-muted={muted || undefined}
      data-speaking={speaking || undefined}
      data-pinned={isPinned || undefined}
    >
      {children}
      {congested && <TileNote data-testid="tile-congested">{congestedText}</TileNote>}
      <Label>
        {hand !== null && (
          <Hand data-testid="tile-hand" aria-hidden>
            <PanToolRounded fontSize="inherit" /> <span>{hand}</span>
          </Hand>
        )}
        {muted && <MicOffRounded fontSize="inherit" aria-hidden data-testid="tile-muted" />}
        <span data-testid="tile-name">
          <UserText>{name}</UserText>
          {suffix}
        </span>
        {isGuest && <GuestMark />}
      </Label>
      <Buttons>
        {buttons}
        <OverVideo
          size="small"
          tabIndex={-1}
          onClick={() => togglePin(picture)}
          aria-label={`Pin ${isolated(name)}${suffix}`}
          aria-pressed={isPinned}
          title={isPinned ? 'Unpin' : 'Pin'}
          data-testid="tile-pin"
        >
          {isPinned ? <PushPinRounded fontSize="small" /> : <PushPinOutlined fontSize="small" />}
        </OverVideo>
        {canFullscreen() && (
          <OverVideo
            size="small"
            tabIndex={-1}
            onClick={toggleFull}
            data-roomy
            aria-label={isFull ? 'Leave full screen' : `Show ${isolated(name)}${suffix} in full screen`}
            data-testid="tile-fullscreen"
          >
            {isFull ? <FullscreenExitRounded fontSize="small" /> : <FullscreenRounded fontSize="small" />}
          </OverVideo>
        )}
      </Buttons>
    </Frame>
  );
}

/** Lets the server know when and how large the tile can be seen; one's own picture does not come from there. */
function useOnScreen(
  frame: RefObject<HTMLElement | null>,
  own: boolean,
  participantId: string,
  source: Picture['source'],
  pinned: boolean,
): void {
  const { screenView } = useStageChoice();
  useEffect(() => {
    if (own || !frame.current) return;
    return screenView.watch(frame.current, { participantId, source, pinned });
  }, [screenView, frame, own, participantId, source, pinned]);
}

const Buttons = styled('div')({
  position: 'absolute',
  top: 6,
  right: 6,
  display: 'flex',
  gap: 4,
});

export const OverVideo = styled(IconButton)({
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
  '&:focus-visible': { outline: `3px solid ${theme.vars.palette.primary.main}`, outlineOffset: 2 },
  '&:fullscreen': { borderRadius: 0, backgroundColor: '#000' },
  '&:hover button, &:focus-within button, &:fullscreen button, & button:focus-visible, & button[aria-pressed=true]': {
    opacity: 1,
  },
  // Nothing hovers over a touch screen.
  '@media (hover: none)': {
    '& button': { opacity: 0.8 },
    // On a small tile one button has to do; two taps show it in full screen.
    '@container (max-height: 150px)': { '& [data-roomy]': { display: 'none' } },
  },
  [theme.breakpoints.down('sm')]: { borderRadius: 10 },
}));

const Hand = styled('b')({ flexShrink: 0, display: 'flex', alignItems: 'center', gap: 2, color: '#ffd54f' });

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
