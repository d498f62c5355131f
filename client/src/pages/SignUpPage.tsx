/** The page to make an account on, where the server lets people do so; then on to where one came from. */
import { type FormEvent, useState } from 'react';
import { limits } from '@minimeet/protocol';
import { Link as RouterLink, Navigate, useLocation, useNavigate } from 'react-router';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { NewPasswordField } from '../common/NewPasswordField';
import { usePageTitle } from '../common/use-page-title';
import { useStore } from '../common/use-store';
import { isDisplayName } from '../links/entry-options';
import { logInLocation, returnPath } from '../links/log-in-location';
import { account } from '../session/account';
import { RestError, createUser } from '../session/rest';
import { useRegistration } from '../session/use-registration';
import { AccountCard } from './AccountCard';

export default function SignUpPage() {
  usePageTitle('Create an account');
  const { search } = useLocation();
  const session = useStore(account);
  const registration = useRegistration();
  const from = returnPath(new URLSearchParams(search));

  if (session) return <Navigate to={from} replace />;
  return (
    <AccountCard title="Create an account" testId="sign-up">
      {registration === false ? (
        <Alert severity="info" data-testid="registration-closed">
          Registration is closed on this server. Ask an administrator for an account.
        </Alert>
      ) : (
        <SignUpForm from={from} />
      )}
      <Typography sx={{ color: 'text.secondary' }}>
        You have one already?{' '}
        <Link component={RouterLink} to={logInLocation(from)[0]} replace>
          Log in
        </Link>
      </Typography>
    </AccountCard>
  );
}

function SignUpForm({ from }: { from: string }) {
  const navigate = useNavigate();
  const [username, setUsername] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);

  const signUp = async (event: FormEvent) => {
    event.preventDefault();
    if (!isDisplayName(username)) {
      setFault('Tell the others who you are.');
      return;
    }
    setBusy(true);
    setFault(null);
    try {
      await createUser({ username, email, password });
    } catch (error) {
      setFault(describe(error));
      setBusy(false);
      return;
    }
    try {
      // The page leaves by itself once somebody is logged in.
      await account.logIn(email, password);
    } catch {
      await navigate(...logInLocation(from, 'Your account is there. Log in to go on'));
    }
  };

  return (
    <Stack component="form" spacing={2} onSubmit={(event) => void signUp(event)}>
      {fault && (
        <Alert severity="error" data-testid="sign-up-problem">
          {fault}
        </Alert>
      )}
      <TextField
        label="Your name"
        required
        autoFocus
        autoComplete="name"
        value={username}
        onChange={(event) => setUsername(event.target.value)}
        helperText="The others in a meeting see it."
        slotProps={{ htmlInput: { dir: 'auto', maxLength: limits.username, 'data-testid': 'username-input' } }}
      />
      <TextField
        label="E-mail address"
        type="email"
        required
        autoComplete="username"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        slotProps={{ htmlInput: { maxLength: 254, 'data-testid': 'email-input' } }}
      />
      <NewPasswordField label="Password" value={password} onChange={setPassword} testId="password-input" />
      <Button type="submit" variant="contained" size="large" loading={busy} data-testid="sign-up-button">
        Create account
      </Button>
    </Stack>
  );
}

function describe(error: unknown): string {
  if (!(error instanceof RestError)) return `Your account could not be made. ${String(error)}`;
  switch (error.code) {
    case 'email_taken':
      return 'There is an account with this e-mail address already.';
    case 'not_allowed':
      return 'On this server, people do not make accounts for themselves. Ask its administrator for one.';
    case 'invalid_payload':
      return 'The server does not take this name, e-mail address or password. Look whether they are written right.';
    case 'rate_limited':
      return 'Too many attempts. Wait a little and try again.';
    default:
      return `Your account could not be made. ${error.message}.`;
  }
}
