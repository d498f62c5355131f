/** Says how many people have no tile of their own. */
import { styled } from '@mui/material/styles';
import { tileBackground } from '../theme/theme';

export function MoreTile({ count }: { count: number }) {
  return <Frame data-testid="tile-more">and {count} more</Frame>;
}

const Frame = styled('div')({
  width: 'var(--tile-width)',
  height: 'var(--tile-height)',
  flexShrink: 0,
  display: 'grid',
  placeItems: 'center',
  borderRadius: 12,
  color: '#fff',
  backgroundColor: tileBackground,
});
