/** The members of a room: who they are, naming others by e-mail address, and taking membership back. */
import { type FormEvent, useState } from 'react';
import type { RoomMember } from '@minimeet/protocol';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import List from '@mui/material/List';
import ListItem from '@mui/material/ListItem';
import ListItemText from '@mui/material/ListItemText';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { isolated } from '../common/direction';
import { UserText } from '../common/UserText';
import { VisuallyHidden } from '../common/VisuallyHidden';
import { useStore } from '../common/use-store';
import { account } from '../session/account';
import { problemOf } from '../session/use-answer';
import { useMembers } from './use-members';

export function RoomMembers({ slug }: { slug: string }) {
  const { members, problem, add, remove, showMore, lookAgain } = useMembers(slug);
  const isLoggedIn = useStore(account) !== null;
  const [fault, setFault] = useState<string | null>(null);
  const [said, setSaid] = useState('');

  const end = async (member: RoomMember) => {
    setFault(null);
    try {
      await remove(member);
      setSaid(`${isolated(member.username)} is no member any more`);
    } catch (error) {
      setFault(`${isolated(member.username)} is still a member. ${problemOf(error).message}.`);
    }
  };

  return (
    <Stack component="section" spacing={1} aria-labelledby="members-title" data-testid="room-members">
      <Typography id="members-title" component="h3" variant="subtitle1" sx={{ fontWeight: 600 }}>
        Members{members !== null && members.total > 0 && ` (${members.total})`}
      </Typography>
      <Typography variant="body2" sx={{ color: 'text.secondary' }}>
        They always come in, without password and lobby, and have the meeting in their list. Changes here count at once.
      </Typography>
      {isLoggedIn ? (
        <AddMemberForm
          onAdd={async (email) => {
            setFault(null);
            setSaid(`${isolated((await add(email)).username)} is a member`);
          }}
        />
      ) : (
        <Typography variant="body2">You can name members in meetings that you make while you are logged in.</Typography>
      )}
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      {fault && <Alert severity="error">{fault}</Alert>}
      {problem && (
        <Alert
          severity="error"
          action={
            <Button color="inherit" size="small" onClick={lookAgain}>
              Try again
            </Button>
          }
        >
          The members could not be loaded. {problem.message}.
        </Alert>
      )}
      {members?.total === 0 && (
        <Typography variant="body2" data-testid="no-members">
          There is none yet.
        </Typography>
      )}
      {members !== null && members.total > 0 && (
        <List dense disablePadding sx={{ maxHeight: 240, overflowY: 'auto' }} aria-labelledby="members-title">
          {members.items.map((member) => (
            <ListItem key={member.id} disableGutters sx={{ gap: 1 }} data-testid="room-member">
              <ListItemText
                primary={<UserText>{member.username}</UserText>}
                slotProps={{ primary: { noWrap: true, title: member.username } }}
              />
              <Button
                size="small"
                color="error"
                onClick={() => void end(member)}
                aria-label={`Remove ${isolated(member.username)}`}
                data-testid="remove-member"
              >
                Remove
              </Button>
            </ListItem>
          ))}
          {members.items.length < members.total && (
            <ListItem disableGutters>
              <Button size="small" onClick={showMore}>
                Show more
              </Button>
            </ListItem>
          )}
        </List>
      )}
    </Stack>
  );
}

function AddMemberForm({ onAdd }: { onAdd: (email: string) => Promise<void> }) {
  const [email, setEmail] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);

  const add = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    try {
      await onAdd(email);
      setEmail('');
    } catch (error) {
      setFault(describe(error));
    }
    setBusy(false);
  };

  return (
    <Box
      component="form"
      onSubmit={(event) => void add(event)}
      sx={{ display: 'flex', gap: 1.5, alignItems: 'flex-start', pt: 0.5 }}
    >
      <TextField
        label="E-mail address"
        type="email"
        size="small"
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        autoComplete="off"
        error={fault !== null}
        helperText={fault}
        sx={{ flex: 1, minWidth: 0 }}
        slotProps={{
          htmlInput: { maxLength: 254, 'data-testid': 'member-email-input' },
          formHelperText: { role: 'alert' },
        }}
      />
      <Button type="submit" variant="outlined" loading={isBusy} disabled={email === ''} data-testid="add-member">
        Add
      </Button>
    </Box>
  );
}

function describe(error: unknown): string {
  const { code, message } = problemOf(error);
  switch (code) {
    case 'user_not_found':
      return 'Nobody has an account with this e-mail address. Ask them to create one first.';
    case 'invalid_payload':
      return 'That is no e-mail address.';
    case 'rate_limited':
      return 'Too many attempts. Wait a little and try again.';
    default:
      return `They could not be made a member. ${message}.`;
  }
}
