/** On the start page: who is logged in, and what there is for them to read. */
import type { User } from '@minimeet/protocol';
import { Link as RouterLink } from 'react-router';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';

export function AccountNote({ user }: { user: User }) {
  return (
    <Typography sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }} data-testid="account-note">
      You are logged in as <strong>{user.username}</strong>. See the{' '}
      <Link component={RouterLink} to="/reports">
        {user.isAdmin ? 'reports on all rooms' : 'reports on your rooms'}
      </Link>
      {user.isAdmin && (
        <>
          {' or '}
          <Link component={RouterLink} to="/live">
            what happens right now
          </Link>
        </>
      )}
      .
    </Typography>
  );
}
