/** The API keys of an account: making one, whose secret is shown once, and revoking them. */
import { type FormEvent, useState } from 'react';
import { type ApiKey, type NewApiKey, limits } from '@minimeet/protocol';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { ConfirmDialog } from '../common/ConfirmDialog';
import { useNotify } from '../common/Notices';
import { useCopy } from '../common/use-copy';
import { AnswerView } from '../reports/AnswerView';
import { Panel } from '../reports/Panel';
import { type Column, ReportTable } from '../reports/ReportTable';
import { momentLabel } from '../reports/figures';
import { account } from '../session/account';
import { createApiKey, fetchApiKeys, revokeApiKey } from '../session/api-keys';
import { problemOf, useAnswer } from '../session/use-answer';

export function ApiKeysPanel({ email }: { email: string }) {
  const answer = useAnswer('api-keys', fetchApiKeys);
  const notify = useNotify();
  const [made, setMade] = useState<NewApiKey | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);

  const revoke = async ({ id }: ApiKey) => {
    try {
      await asMe((accessToken) => revokeApiKey(accessToken, id));
      if (made?.id === id) setMade(null);
    } catch (error) {
      notify(`The key could not be revoked. ${problemOf(error).message}.`);
    }
    answer.retry();
  };

  const columns: Column<ApiKey>[] = [
    { title: 'Name', cell: ({ label }) => label },
    // Second, so that it is in sight on phones, where the rest has to be scrolled to.
    {
      title: 'Revoke',
      cell: (key) => (
        <Button
          size="small"
          color="error"
          onClick={() => setRevoking(key)}
          aria-label={`Revoke ${key.label}`}
          data-testid="revoke-api-key"
        >
          Revoke
        </Button>
      ),
    },
    { title: 'Key', cell: ({ id }) => <code>{id}</code> },
    { title: 'Made', cell: ({ createdAt }) => momentLabel(createdAt) },
    { title: 'Last used', cell: ({ lastUsedAt }) => (lastUsedAt ? momentLabel(lastUsedAt) : 'Never') },
  ];

  return (
    <Panel title="API keys" testId="api-keys">
      <Typography sx={{ color: 'text.secondary', mb: 2, maxWidth: '70ch' }}>
        With a key, an application of yours makes rooms for you and sends its own people into them. Make another one
        before you revoke the old one: both are good until then.
      </Typography>
      <NewKeyForm
        email={email}
        onMade={(key) => {
          setMade(key);
          answer.retry();
        }}
      />
      {made && <Secret apiKey={made} />}
      <AnswerView answer={answer}>
        {({ items }) => (
          <ReportTable
            label="API keys"
            columns={columns}
            rows={items}
            keyOf={({ id }) => id}
            empty="There is none yet."
            testId="api-keys-table"
            rowTestId="api-key"
          />
        )}
      </AnswerView>
      <ConfirmDialog
        open={revoking !== null}
        title={`Revoke the key ${revoking?.label ?? ''}?`}
        action="Revoke"
        onClose={() => setRevoking(null)}
        onConfirm={() => revoking && void revoke(revoking)}
      >
        Links that were made with it let nobody in any more, and whoever came by one leaves the meeting at once.
      </ConfirmDialog>
    </Panel>
  );
}

function NewKeyForm({ email, onMade }: { email: string; onMade: (key: NewApiKey) => void }) {
  const [label, setLabel] = useState('');
  const [currentPassword, setCurrentPassword] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);

  const make = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    try {
      onMade(await asMe((accessToken) => createApiKey(accessToken, { label, currentPassword })));
      setLabel('');
      setCurrentPassword('');
    } catch (error) {
      setFault(describe(error));
    }
    setBusy(false);
  };

  return (
    <Box
      component="form"
      onSubmit={(event) => void make(event)}
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'flex-start', mb: 2 }}
    >
      {/* Tells password managers whose password this is. */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <TextField
        label="Name of the application"
        size="small"
        value={label}
        onChange={(event) => setLabel(event.target.value)}
        required
        autoComplete="off"
        slotProps={{ htmlInput: { maxLength: limits.username, 'data-testid': 'api-key-label' } }}
      />
      <TextField
        label="Your password"
        type="password"
        size="small"
        value={currentPassword}
        onChange={(event) => setCurrentPassword(event.target.value)}
        required
        autoComplete="current-password"
        error={fault !== null}
        helperText={fault}
        slotProps={{
          htmlInput: { maxLength: limits.passwordMax, 'data-testid': 'api-key-password' },
          formHelperText: { role: 'alert', 'data-testid': 'api-key-problem' } as object,
        }}
      />
      <Button
        type="submit"
        variant="contained"
        loading={isBusy}
        disabled={label.trim() === '' || currentPassword === ''}
        data-testid="make-api-key"
      >
        Make a key
      </Button>
    </Box>
  );
}

function describe(error: unknown): string {
  const { code, message } = problemOf(error);
  switch (code) {
    case 'invalid_credentials':
      return 'Your password is another one.';
    case 'rate_limited':
      return 'Too many attempts. Wait a quarter of an hour and try again.';
    default:
      return `${message}.`;
  }
}

function Secret({ apiKey: { id, secret } }: { apiKey: NewApiKey }) {
  const copy = useCopy();
  return (
    <Alert
      severity="success"
      sx={{ mb: 2 }}
      action={
        <Button
          color="inherit"
          size="small"
          onClick={() =>
            void copy(secret, 'The secret is copied', 'The secret could not be copied. Select it by hand.')
          }
          data-testid="copy-api-key-secret"
        >
          Copy
        </Button>
      }
    >
      The secret of <code>{id}</code> is shown this once, so keep it now:
      <Box
        component="code"
        sx={{ display: 'block', mt: 0.5, overflowWrap: 'anywhere', userSelect: 'all' }}
        data-testid="api-key-secret"
      >
        {secret}
      </Box>
    </Alert>
  );
}

/** Who sees this page has an account. */
async function asMe<Result>(call: (accessToken: string) => Promise<Result>): Promise<Result> {
  if (!account.state) throw new Error('Log in first');
  return account.withTokens(account.state, ({ accessToken }) => call(accessToken));
}
