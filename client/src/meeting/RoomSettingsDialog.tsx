/** Who may come into the room, and who its members are: its owner decides. */
import { type FormEvent, useId, useState } from 'react';
import { limits, type Room, type RoomAccess, type UpdateRoom } from '@minimeet/protocol';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Divider from '@mui/material/Divider';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import Stack from '@mui/material/Stack';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { RoomMembers } from './RoomMembers';

const choices: { access: RoomAccess; label: string }[] = [
  { access: 'open', label: 'Everybody who has the link' },
  { access: 'password', label: 'Who has the link and knows a password' },
  { access: 'members', label: 'Members only' },
  { access: 'token', label: 'Members, and whom your application sends' },
];

interface RoomSettingsDialogProps {
  open: boolean;
  onClose: () => void;
  room: Room;
  onChange: (change: UpdateRoom) => Promise<void>;
}

export function RoomSettingsDialog({ open, onClose, room, onChange }: RoomSettingsDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} maxWidth="sm" fullWidth data-testid="room-settings">
      {/* Begins anew each time it is opened. */}
      <RoomSettingsForm onClose={onClose} room={room} onChange={onChange} />
    </Dialog>
  );
}

function RoomSettingsForm({ onClose, room, onChange }: Omit<RoomSettingsDialogProps, 'open'>) {
  const formId = useId();
  const [access, setAccess] = useState(room.access);
  const [password, setPassword] = useState('');
  const [lobby, setLobby] = useState(room.lobby);
  const [isSaving, setSaving] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const hasPassword = room.access === 'password';
  const isTooShort = password.length < limits.roomPasswordMin;
  const isPasswordMissing = access === 'password' && isTooShort && !(hasPassword && password === '');

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setSaving(true);
    setFault(null);
    try {
      await onChange({ access, lobby, ...(access === 'password' && password !== '' && { password }) });
      onClose();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
      setSaving(false);
    }
  };

  return (
    <>
      <DialogTitle>Who may come in</DialogTitle>
      <DialogContent>
        <Stack component="form" id={formId} spacing={2} onSubmit={(event) => void save(event)}>
          <RadioGroup
            aria-label="Who may come in"
            value={access}
            onChange={(_, value) => setAccess(value as RoomAccess)}
          >
            {choices.map(({ access: choice, label }) => (
              <FormControlLabel
                key={choice}
                value={choice}
                control={<Radio />}
                label={label}
                data-testid={`access-${choice}`}
              />
            ))}
          </RadioGroup>
          {access === 'password' && (
            <TextField
              label={hasPassword ? 'New password (the one there is stays without)' : 'Password'}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
              helperText={`At least ${limits.roomPasswordMin} characters. You and the members need none.`}
              autoComplete="off"
              slotProps={{ htmlInput: { maxLength: limits.passwordMax, 'data-testid': 'new-room-password-input' } }}
            />
          )}
          <div>
            <FormControlLabel
              control={<Switch checked={lobby} onChange={(_, checked) => setLobby(checked)} />}
              label="Let people in one by one"
              data-testid="lobby-switch"
            />
            <FormHelperText>
              Who is neither you nor a member waits in the lobby until somebody lets them in.
            </FormHelperText>
          </div>
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            Who is in the meeting already stays.
          </Typography>
          {fault && <Alert severity="error">That could not be saved. {fault}.</Alert>}
        </Stack>
        <Divider sx={{ my: 2 }} />
        <RoomMembers slug={room.slug} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          type="submit"
          form={formId}
          variant="contained"
          loading={isSaving}
          disabled={isPasswordMissing}
          data-testid="save-room-settings"
        >
          Save
        </Button>
      </DialogActions>
    </>
  );
}
