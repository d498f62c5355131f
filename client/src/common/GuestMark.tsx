/** Beside the name of somebody without an account: anyone may call themselves so. */
import { styled } from '@mui/material/styles';

export function GuestMark() {
  return <Mark data-testid="guest-mark">Guest</Mark>;
}

const Mark = styled('span')({
  flexShrink: 0,
  marginInlineStart: 6,
  padding: '0 5px',
  border: '1px solid currentColor',
  borderRadius: 6,
  fontSize: '0.8em',
  fontWeight: 400,
  lineHeight: 1.4,
});
