/** Stands for a person without a picture; fills a container whose size is known to CSS (`container-type: size`). */
import { memo } from 'react';
import { styled } from '@mui/material/styles';
import { colourOf, initialsOf } from './avatar-look';

export const Avatar = memo(function Avatar({ name, id }: { name: string; id: string }) {
  return (
    <Circle style={{ backgroundColor: colourOf(id) }} aria-hidden>
      {initialsOf(name)}
    </Circle>
  );
});

const Circle = styled('span')({
  position: 'absolute',
  inset: 0,
  margin: 'auto',
  width: 'min(42cqmin, 144px)',
  aspectRatio: '1',
  borderRadius: '50%',
  display: 'grid',
  placeItems: 'center',
  color: '#fff',
  fontSize: 'min(17cqmin, 58px)',
  fontWeight: 600,
  userSelect: 'none',
});
