/** A large stage with a strip of small tiles: beside it where the page is wide, below it where it is high. */
import type { CSSProperties, ReactNode } from 'react';
import { styled } from '@mui/material/styles';
import type { Size } from '../common/use-element-size';

const gap = 8;
const beside = { width: 208, height: 117 };
const below = { width: 160, height: 90 };

interface TileStripProps {
  size: Size;
  tiles: ReactNode;
  /** Draws the stage into the room that is left. */
  children: (stage: Size) => ReactNode;
}

export function TileStrip({ size, tiles, children }: TileStripProps) {
  const isWide = size.width > size.height * 1.2;
  const tile = isWide ? beside : below;
  const stage = isWide
    ? { width: Math.max(0, size.width - tile.width - gap), height: size.height }
    : { width: size.width, height: Math.max(0, size.height - tile.height - gap) };
  const tileSize = { '--tile-width': `${tile.width}px`, '--tile-height': `${tile.height}px` } as CSSProperties;
  return (
    <Frame data-wide={isWide || undefined}>
      <div style={stage}>{children(stage)}</div>
      <Strip style={tileSize} tabIndex={0} aria-label="People" role="group">
        <div>{tiles}</div>
      </Strip>
    </Frame>
  );
}

const Frame = styled('div')({
  height: '100%',
  display: 'flex',
  flexDirection: 'column',
  gap,
  '&[data-wide]': { flexDirection: 'row' },
});

const Strip = styled('div')({
  overflow: 'auto',
  scrollbarWidth: 'thin',
  // Centred as long as everything fits; from the start once it has to be scrolled.
  '& > div': { display: 'flex', gap, width: 'fit-content', minWidth: '100%', justifyContent: 'safe center' },
  '[data-wide] > & > div': { flexDirection: 'column', minWidth: 0, minHeight: '100%' },
});
