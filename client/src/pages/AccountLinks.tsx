/** Who one is, at the top of every page outside of a meeting, and where an account may go. */
import { Link as RouterLink, useLocation } from 'react-router';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import { UserText } from '../common/UserText';
import { useStore } from '../common/use-store';
import { logInLocation } from '../links/log-in-location';
import { account } from '../session/account';
import { LogOutButtons } from './LogOutButtons';

const short = { minWidth: 0, px: { xs: 0.5, sm: 1.5 } };

export function AccountLinks() {
  const session = useStore(account);
  const { pathname, search } = useLocation();

  if (pathname === '/login' || pathname === '/signup') return null;
  if (!session) {
    return (
      <Button component={RouterLink} to={logInLocation(pathname + search)[0]} data-testid="log-in-link">
        Log in
      </Button>
    );
  }
  const link = (to: string, label: string, testId: string) => (
    <Button component={RouterLink} to={to} sx={short} data-testid={testId} aria-current={pathname === to && 'page'}>
      {label}
    </Button>
  );
  return (
    <Stack
      component="nav"
      direction="row"
      aria-label="Account"
      sx={{ alignItems: 'center', minWidth: 0, flexShrink: { xs: 0, sm: 1 } }}
    >
      {link('/reports', 'Reports', 'reports-link')}
      {session.user.isAdmin && link('/live', 'Live', 'live-link')}
      <Link
        component={RouterLink}
        to="/account"
        noWrap
        title={session.user.username}
        sx={{ color: 'text.secondary', mx: 1, maxWidth: 200, display: { xs: 'none', sm: 'block' } }}
        data-testid="account-name"
      >
        <UserText>{session.user.username}</UserText>
      </Link>
      <LogOutButtons />
    </Stack>
  );
}
