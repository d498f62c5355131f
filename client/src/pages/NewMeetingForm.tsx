/** Opens a room and goes there. */
import { type FormEvent, useState } from 'react';
import { limits } from '@minimeet/protocol';
import { useNavigate } from 'react-router';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import VideoCallRounded from '@mui/icons-material/VideoCallRounded';
import { roomPath } from '../links/room-reference';
import { logInLocation } from '../links/log-in-location';
import { LogInNeededError, account } from '../session/account';
import { keepMaker } from '../session/made-rooms';
import { loadPreferences } from '../session/preferences';
import { createRoom } from '../session/rest';
import { defaultName, withSession } from '../session/session';

export function NewMeetingForm() {
  const navigate = useNavigate();
  const [roomName, setRoomName] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);

  const open = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    try {
      const name = account.state?.user.username ?? loadPreferences().name;
      const room = await withSession(name || defaultName, async (session) => {
        const made = await createRoom(session.accessToken, {
          name: roomName.trim() || (name ? `${name}’s meeting` : 'Meeting'),
        });
        if (session.user.isGuest) keepMaker(made.slug, session);
        return made;
      });
      await navigate(roomPath(room.slug));
    } catch (error) {
      if (error instanceof LogInNeededError) return navigate(...logInLocation('/', error.message));
      setFault(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };

  return (
    <Stack component="form" spacing={1.5} onSubmit={(event) => void open(event)}>
      <TextField
        label="Name of the meeting (optional)"
        value={roomName}
        onChange={(event) => setRoomName(event.target.value)}
        slotProps={{ htmlInput: { dir: 'auto', maxLength: limits.roomName, 'data-testid': 'room-name-input' } }}
        autoComplete="off"
      />
      <Button
        type="submit"
        variant="contained"
        size="large"
        loading={busy}
        loadingPosition="start"
        startIcon={<VideoCallRounded />}
        data-testid="new-meeting-button"
      >
        New meeting
      </Button>
      {fault && <Alert severity="error">The meeting could not be opened. {fault}.</Alert>}
    </Stack>
  );
}
