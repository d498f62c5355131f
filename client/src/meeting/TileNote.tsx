/** Why a tile shows what it shows, in its corner. */
import { styled } from '@mui/material/styles';

export const TileNote = styled('div')({
  position: 'absolute',
  top: 8,
  left: 8,
  maxWidth: 'calc(100% - 16px)',
  padding: '2px 8px',
  borderRadius: 8,
  fontSize: 'clamp(12px, 6cqmin, 15px)',
  lineHeight: 1.5,
  backgroundColor: 'rgb(0 0 0 / 0.6)',
});
