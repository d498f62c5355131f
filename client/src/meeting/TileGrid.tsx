/** Lays out tiles of one size so that they fill a rectangle best. */
import { Children, type CSSProperties, type ReactNode } from 'react';
import { styled } from '@mui/material/styles';
import type { Size } from '../common/use-element-size';
import { gridLayout } from './grid-layout';

const gap = 8;

interface TileGridProps {
  size: Size;
  children: ReactNode;
  /** The highest shape that a tile may take: width divided by height. Default 16:9. */
  tallestAspect?: number;
}

export function TileGrid({ size, children, tallestAspect }: TileGridProps) {
  const count = Children.count(children);
  const { columns, tileWidth, tileHeight } = gridLayout(count, size.width, size.height, { gap, tallestAspect });
  // The tiles read their size from these, so that a resize renders no tile anew.
  const layout = {
    '--tile-width': `${tileWidth}px`,
    '--tile-height': `${tileHeight}px`,
    width: columns * (tileWidth + gap) - gap,
  } as CSSProperties;
  return (
    <Centre style={size}>
      <Rows style={layout}>{children}</Rows>
    </Centre>
  );
}

const Centre = styled('div')({ display: 'grid', placeContent: 'center' });

const Rows = styled('div')({ display: 'flex', flexWrap: 'wrap', justifyContent: 'center', gap });
