/** The page to log in on: e-mail address and password, then back to where one came from. */
import { type FormEvent, useRef, useState } from 'react';
import { limits } from '@minimeet/protocol';
import { Link as RouterLink, Navigate, useLocation } from 'react-router';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { usePageTitle } from '../common/use-page-title';
import { useStore } from '../common/use-store';
import { messageOf, returnPath, signUpPath } from '../links/log-in-location';
import { account } from '../session/account';
import { RestError } from '../session/rest';
import { useRegistration } from '../session/use-registration';
import { AccountCard } from './AccountCard';

export default function LogInPage() {
  usePageTitle('Log in');
  const { search, state } = useLocation();
  const session = useStore(account);
  const registration = useRegistration();
  const message = messageOf(state);

  const from = returnPath(new URLSearchParams(search));

  if (session) return <Navigate to={from} replace />;
  return (
    <AccountCard title="Log in" testId="log-in">
      {message && <Alert severity="info">{message}.</Alert>}
      <LogInForm />
      {registration === true && (
        <Typography sx={{ color: 'text.secondary' }}>
          You have no account yet?{' '}
          <Link component={RouterLink} to={signUpPath(from)} replace data-testid="sign-up-link">
            Create an account
          </Link>
        </Typography>
      )}
      {registration === false && (
        <Typography sx={{ color: 'text.secondary' }} data-testid="registration-closed">
          No account yet? Ask an administrator for one.
        </Typography>
      )}
    </AccountCard>
  );
}

function LogInForm() {
  const passwordInput = useRef<HTMLInputElement>(null);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);

  const logIn = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    try {
      // The page leaves by itself once somebody is logged in.
      await account.logIn(email, password);
    } catch (error) {
      setFault(describe(error));
      setBusy(false);
      passwordInput.current?.select();
    }
  };

  return (
    <Stack component="form" spacing={2} onSubmit={(event) => void logIn(event)}>
      {fault && (
        <Alert severity="error" data-testid="log-in-problem">
          {fault}
        </Alert>
      )}
      <TextField
        label="E-mail address"
        type="email"
        required
        autoFocus
        autoComplete="username"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        slotProps={{ htmlInput: { maxLength: 254, 'data-testid': 'email-input' } }}
      />
      <TextField
        label="Password"
        type="password"
        required
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        inputRef={passwordInput}
        slotProps={{ htmlInput: { maxLength: limits.passwordMax, 'data-testid': 'password-input' } }}
      />
      <Button type="submit" variant="contained" size="large" loading={busy} data-testid="log-in-button">
        Log in
      </Button>
    </Stack>
  );
}

function describe(error: unknown): string {
  if (!(error instanceof RestError)) return `You could not be logged in. ${String(error)}`;
  switch (error.code) {
    case 'invalid_credentials':
      return 'The e-mail address or the password is wrong.';
    case 'invalid_payload':
      return 'That is no e-mail address.';
    case 'rate_limited':
      return 'Too many attempts. Wait a little and try again.';
    default:
      return `You could not be logged in. ${error.message}.`;
  }
}
