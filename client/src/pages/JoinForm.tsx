/** Goes to the room that a pasted link or a typed code names. */
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { roomPath, slugOf } from '../links/room-reference';

export function JoinForm() {
  const navigate = useNavigate();
  const [reference, setReference] = useState('');
  const [fault, setFault] = useState<string | null>(null);

  const join = (event: FormEvent) => {
    event.preventDefault();
    const slug = slugOf(reference);
    if (slug) void navigate(roomPath(slug));
    else setFault('That is no link or code of a meeting. A code looks like baku-rimo-tefa.');
  };

  return (
    <Stack component="form" direction="row" spacing={1.5} onSubmit={join} noValidate sx={{ alignItems: 'flex-start' }}>
      <TextField
        label="Link or code"
        placeholder="baku-rimo-tefa"
        value={reference}
        onChange={(event) => {
          setReference(event.target.value);
          setFault(null);
        }}
        error={fault !== null}
        helperText={fault}
        fullWidth
        autoComplete="off"
        slotProps={{
          htmlInput: { autoCapitalize: 'none', spellCheck: false, 'data-testid': 'room-reference-input' },
          formHelperText: { role: 'alert' },
        }}
      />
      <Button type="submit" variant="outlined" size="large" sx={{ height: 56, px: 3 }} data-testid="go-to-room-button">
        Join
      </Button>
    </Stack>
  );
}
