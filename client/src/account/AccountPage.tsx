/** One's account: its password, and the keys with which host applications speak for it. */
import { useState } from 'react';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { UserText } from '../common/UserText';
import { Notices } from '../common/Notices';
import { usePageTitle } from '../common/use-page-title';
import { useStore } from '../common/use-store';
import { Page } from '../pages/Page';
import { account } from '../session/account';
import { ApiKeysPanel } from './ApiKeysPanel';
import { PasswordPanel } from './PasswordPanel';

export default function AccountPage() {
  usePageTitle('Account');
  const session = useStore(account);
  /** Counts how often all keys may have been revoked at once. */
  const [revocations, setRevocations] = useState(0);
  return (
    <Notices>
      <Page align="top">
        <Stack spacing={2} sx={{ minWidth: 0 }} data-testid="account">
          <div>
            <Typography variant="h1" sx={{ fontSize: { xs: '1.75rem', sm: '2rem' } }}>
              Account
            </Typography>
            <Typography sx={{ color: 'text.secondary', mt: 0.5, overflowWrap: 'anywhere' }}>
              <UserText>{session?.user.username ?? ''}</UserText>, {session?.user.email}
            </Typography>
          </div>
          <ApiKeysPanel key={revocations} email={session?.user.email ?? ''} />
          <PasswordPanel email={session?.user.email ?? ''} onKeysRevoked={() => setRevocations((count) => count + 1)} />
        </Stack>
      </Page>
    </Notices>
  );
}
