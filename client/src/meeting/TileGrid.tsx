/** Lays out tiles of one size so that they fill a rectangle best. */
import { Children, type CSSProperties, type ReactNode } from 'react';
import { styled } from '@mui/material/styles';
import type { Size } from '../common/use-element-size';
import { gridLayout } from './grid-layout';

const gap = 8;

export function TileGrid({ size, children }: { size: Size; children: ReactNode }) {
  const { columns, tileWidth, tileHeight } = gridLayout(Children.count(children), size.width, size.height, gap);
  // The tiles read their size from these, so that a resize renders no tile anew.
  const layout = {
    '--tile-width': `${tileWidth}px`,
    '--tile-height': `${tileHeight}px`,
    width: columns * (tileWidth + gap) - gap,
  } as CSSProperties;
  return (
    <Centre>
      <Rows style={layout}>{children}</Rows>
    </Centre>
  );
}

const Centre = styled('div')({ height: '100%', display: 'grid', placeContent: 'center' });

const Rows = styled('div')({ display: 'flex', flexWrap: 'wrap', justifyContent: 'center', gap });
