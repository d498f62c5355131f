/** Shared screens, large, with the people beside them where the page is wide, and below where it is high. */
import { Children, type CSSProperties, type ReactNode } from 'react';
import { styled } from '@mui/material/styles';
import type { Size } from '../common/use-element-size';
import { TileGrid } from './TileGrid';
import { tileAspect } from './grid-layout';

const gap = 8;
/** Pixels of the tiles beside a screen: as high as there is room for all, within these. */
const tileHeights = { least: 84, most: 117 };

interface ScreenStageProps {
  size: Size;
  screens: ReactNode;
  people: ReactNode;
}

export function ScreenStage(props: ScreenStageProps) {
  const { width, height } = props.size;
  return width > height ? <Beside {...props} /> : <Below {...props} />;
}

function Beside({ size, screens, people }: ScreenStageProps) {
  const count = Children.count(people);
  const room = Math.floor((size.height - gap * (count - 1)) / count);
  const tileHeight = Math.max(tileHeights.least, Math.min(tileHeights.most, room));
  const tileWidth = Math.round(tileHeight * tileAspect);
  const tile = { '--tile-width': `${tileWidth}px`, '--tile-height': `${tileHeight}px` } as CSSProperties;
  return (
    <Row style={size}>
      <TileGrid size={{ width: Math.max(0, size.width - tileWidth - gap), height: size.height }}>{screens}</TileGrid>
      <Strip style={tile} tabIndex={0} role="group" aria-label="People">
        <Column>{people}</Column>
      </Strip>
    </Row>
  );
}

function Below({ size, screens, people }: ScreenStageProps) {
  const height = Math.floor(Math.min(size.height / 2, (size.width / tileAspect) * Children.count(screens)));
  return (
    <>
      <TileGrid size={{ width: size.width, height }}>{screens}</TileGrid>
      <div style={{ height: gap }} />
      <TileGrid size={{ width: size.width, height: Math.max(0, size.height - height - gap) }} tallestAspect={1}>
        {people}
      </TileGrid>
    </>
  );
}

const Row = styled('div')({ display: 'flex', gap });

const Strip = styled('div')({ overflow: 'auto', scrollbarWidth: 'thin' });

/** Centred as long as everybody fits, from the top once it has to be scrolled. */
const Column = styled('div')({
  display: 'flex',
  flexDirection: 'column',
  justifyContent: 'safe center',
  gap,
  minHeight: '100%',
});
