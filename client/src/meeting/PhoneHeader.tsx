/** The name of the meeting above everything, where the toolbar has no room for it. */
import LockRounded from '@mui/icons-material/LockRounded';
import Typography from '@mui/material/Typography';
import { UserText } from '../common/UserText';
import { useMeeting } from './meeting-context';

export function PhoneHeader() {
  const roomName = useMeeting((state) => state.room?.name);
  const locked = useMeeting((state) => state.locked);
  return (
    <Typography
      noWrap
      aria-hidden
      sx={{ px: 1.5, pt: 'max(4px, env(safe-area-inset-top))', fontSize: 14, fontWeight: 600, flexShrink: 0 }}
      data-testid="meeting-name"
    >
      {locked && <LockRounded titleAccess="Locked" sx={{ fontSize: 16, mr: 0.5, verticalAlign: 'text-bottom' }} />}
      <UserText>{roomName ?? ''}</UserText>
    </Typography>
  );
}
