/** Invites people to become members of a room: a link for each, which is shown once; and takes back what nobody has used yet. */
import { type FormEvent, useState } from 'react';
import { type NewRoomInvitation, type RoomInvitation, limits } from '@minimeet/protocol';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import List from '@mui/material/List';
import ListItem from '@mui/material/ListItem';
import ListItemText from '@mui/material/ListItemText';
import TextField from '@mui/material/TextField';
import { UserText } from '../common/UserText';
import { VisuallyHidden } from '../common/VisuallyHidden';
import { isolated } from '../common/direction';
import { useCopy } from '../common/use-copy';
import { momentLabel } from '../reports/figures';
import { problemOf } from '../session/use-answer';
import { useInvitations } from './use-invitations';

export function RoomInvitations({ slug }: { slug: string }) {
  const { invitations, problem, invite, withdraw, lookAgain } = useInvitations(slug);
  const [made, setMade] = useState<NewRoomInvitation | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [said, setSaid] = useState('');

  const make = async (label: string | undefined) => {
    setFault(null);
    try {
      setMade(await invite(label));
      return true;
    } catch (error) {
      setFault(`No invitation was made. ${problemOf(error).message}.`);
      return false;
    }
  };
  const end = async (invitation: RoomInvitation) => {
    setFault(null);
    try {
      await withdraw(invitation);
      if (made?.id === invitation.id) setMade(null);
      setSaid('The invitation is withdrawn');
    } catch (error) {
      setFault(`The invitation is still open. ${problemOf(error).message}.`);
    }
  };

  return (
    <>
      <InvitationForm onInvite={make} />
      {made && <NewLink invitation={made} />}
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
          The invitations could not be loaded. {problem.message}.
        </Alert>
      )}
      {invitations !== null && invitations.length > 0 && (
        <List dense disablePadding sx={{ maxHeight: 240, overflowY: 'auto' }} aria-label="Open invitations">
          {invitations.map((invitation) => {
            const name = nameOf(invitation);
            return (
              <ListItem key={invitation.id} disableGutters sx={{ gap: 1 }} data-testid="room-invitation">
                <ListItemText
                  primary={<UserText>{name}</UserText>}
                  secondary={`Invited, until ${momentLabel(invitation.expiresAt)}`}
                  slotProps={{ primary: { noWrap: true, title: name } }}
                />
                <Button
                  size="small"
                  color="error"
                  onClick={() => void end(invitation)}
                  aria-label={`Withdraw the invitation: ${isolated(name)}`}
                  data-testid="withdraw-invitation"
                >
                  Withdraw
                </Button>
              </ListItem>
            );
          })}
        </List>
      )}
    </>
  );
}

const nameOf = ({ label, createdAt }: RoomInvitation) => label ?? `Link of ${momentLabel(createdAt)}`;

/** @param onInvite resolves with whether it was made */
function InvitationForm({ onInvite }: { onInvite: (label: string | undefined) => Promise<boolean> }) {
  const [label, setLabel] = useState('');
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    if (await onInvite(label.trim() || undefined)) setLabel('');
    setBusy(false);
  };

  return (
    <Box
      component="form"
      onSubmit={(event) => void submit(event)}
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center', pt: 0.5 }}
    >
      <TextField
        label="Whom the link is for (optional)"
        size="small"
        value={label}
        onChange={(event) => setLabel(event.target.value)}
        autoComplete="off"
        sx={{ flex: '1 1 15em' }}
        slotProps={{ htmlInput: { maxLength: limits.username, 'data-testid': 'invitation-label' } }}
      />
      <Button type="submit" variant="outlined" loading={isBusy} data-testid="invite-member">
        Invite
      </Button>
    </Box>
  );
}

function NewLink({ invitation: { url, expiresAt } }: { invitation: NewRoomInvitation }) {
  const copy = useCopy();
  return (
    <Alert severity="success">
      Send this link to the person. It makes one account a member, until {momentLabel(expiresAt)}, and is shown this
      once:
      <Box
        component="code"
        sx={{ display: 'block', mt: 0.5, overflowWrap: 'anywhere', userSelect: 'all' }}
        data-testid="invitation-link"
      >
        {url}
      </Box>
      <Button
        color="inherit"
        size="small"
        variant="outlined"
        sx={{ mt: 1 }}
        onClick={() => void copy(url, 'The link is copied', 'The link could not be copied. Select it by hand.')}
        data-testid="copy-invitation"
      >
        Copy the link
      </Button>
    </Alert>
  );
}
