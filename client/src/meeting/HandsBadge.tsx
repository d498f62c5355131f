/** How many hands are raised, at the corner of the button that lists them. */
import PanToolRounded from '@mui/icons-material/PanToolRounded';
import { styled } from '@mui/material/styles';

export function HandsBadge({ count }: { count: number }) {
  return (
    <Chip aria-hidden data-testid="hands-badge">
      <PanToolRounded sx={{ fontSize: 12 }} />
      <span>{count}</span>
    </Chip>
  );
}

const Chip = styled('span')({
  position: 'absolute',
  left: -4,
  bottom: -4,
  display: 'flex',
  alignItems: 'center',
  gap: 2,
  padding: '0 6px',
  borderRadius: 10,
  fontSize: 12,
  lineHeight: '20px',
  fontWeight: 600,
  color: '#000',
  backgroundColor: '#ffd54f',
  pointerEvents: 'none',
});
