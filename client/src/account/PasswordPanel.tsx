/** Changing the password of an account. */
import { type FormEvent, useRef, useState } from 'react';
import { limits } from '@minimeet/protocol';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { NewPasswordField } from '../common/NewPasswordField';
import { useNotify } from '../common/Notices';
import { RevokeApiKeysBox } from '../common/RevokeApiKeysBox';
import { Panel } from '../reports/Panel';
import { account } from '../session/account';
import { problemOf } from '../session/use-answer';

export function PasswordPanel({ email, onKeysRevoked }: { email: string; onKeysRevoked: () => void }) {
  const notify = useNotify();
  const currentInput = useRef<HTMLInputElement>(null);
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [revokeApiKeys, setRevokeApiKeys] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);

  const change = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    try {
      await account.changePassword({ currentPassword: current, password: next, revokeApiKeys });
      setCurrent('');
      setNext('');
      setRevokeApiKeys(false);
      if (revokeApiKeys) onKeysRevoked();
      notify('Your password is changed');
    } catch (error) {
      setFault(describe(error));
      currentInput.current?.select();
    }
    setBusy(false);
  };

  return (
    <Panel title="Password" testId="password">
      <Typography sx={{ color: 'text.secondary', mb: 2, maxWidth: '70ch' }}>
        With another password, everything else that is logged in to your account has to log in again, and leaves the
        meeting that it is in. So does a meeting in another tab of this browser.
      </Typography>
      <Stack component="form" spacing={2} onSubmit={(event) => void change(event)} sx={{ maxWidth: 440 }}>
        {fault && (
          <Alert severity="error" data-testid="password-problem">
            {fault}
          </Alert>
        )}
        {/* Tells password managers whose password this is. */}
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <TextField
          label="Current password"
          type="password"
          size="small"
          required
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
          inputRef={currentInput}
          slotProps={{ htmlInput: { maxLength: limits.passwordMax, 'data-testid': 'current-password-input' } }}
        />
        <NewPasswordField
          label="New password"
          size="small"
          value={next}
          onChange={setNext}
          testId="new-password-input"
        />
        <RevokeApiKeysBox checked={revokeApiKeys} onChange={setRevokeApiKeys} />
        <Button
          type="submit"
          variant="contained"
          loading={isBusy}
          sx={{ alignSelf: 'start' }}
          data-testid="change-password"
        >
          Change the password
        </Button>
      </Stack>
    </Panel>
  );
}

function describe(error: unknown): string {
  const { code, message } = problemOf(error);
  switch (code) {
    case 'invalid_credentials':
      return 'The current password is another one.';
    case 'invalid_payload':
      return `The new password must have ${limits.passwordMin} to ${limits.passwordMax} characters.`;
    case 'rate_limited':
      return 'Too many attempts. Wait a quarter of an hour and try again.';
    default:
      return `The password could not be changed. ${message}.`;
  }
}
