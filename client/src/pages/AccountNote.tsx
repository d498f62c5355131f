/** On the start page: who is logged in, and what else there is for them. */
import type { User } from '@minimeet/protocol';
import { Link as RouterLink } from 'react-router';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { UserText } from '../common/UserText';

export function AccountNote({ user }: { user: User }) {
  return (
    <Typography sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }} data-testid="account-note">
      You are logged in as{' '}
      <strong>
        <UserText>{user.username}</UserText>
      </strong>
      . See the{' '}
      <Link component={RouterLink} to="/reports">
        {user.isAdmin ? 'reports on all rooms' : 'reports on your rooms'}
      </Link>
      {user.isAdmin && (
        <>
          {', '}
          <Link component={RouterLink} to="/live">
            what happens right now
          </Link>
        </>
      )}
      , or go to{' '}
      <Link component={RouterLink} to="/account" data-testid="account-link">
        your account
      </Link>{' '}
      to change the password or connect an application of yours.
    </Typography>
  );
}
