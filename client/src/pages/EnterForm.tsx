/** Name and Join button, and why joining did not work. */
import { type FormEvent, useRef, useState } from 'react';
import { limits } from '@minimeet/protocol';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { isDisplayName } from '../links/entry-options';
import { useStore } from '../common/use-store';
import { account } from '../session/account';
import { savePreferences } from '../session/preferences';
import type { RoomVisit, TabChoice, VisitProblem, VisitState } from '../session/room-visit';

interface EnterFormProps {
  visit: RoomVisit;
  lobby: Extract<VisitState, { step: 'lobby' }>;
  name: string;
  onNameChange: (name: string) => void;
}

export function EnterForm({ visit, lobby, name, onNameChange }: EnterFormProps) {
  const { entering, problem, alreadyHere } = lobby;
  const input = useRef<HTMLInputElement>(null);
  const [isNameMissing, setNameMissing] = useState(false);
  const [password, setPassword] = useState('');
  // Whoever may come in without one sees all of the room.
  const { access, participantsNow } = lobby.room;
  const needsPassword = access === 'password' && participantsNow === undefined && !visit.knowsPassword;
  const isLoggedIn = useStore(account) !== null;
  const { hasPass } = visit;
  const isNameGiven = isLoggedIn || hasPass;

  const join = (event: FormEvent, choice: TabChoice = alreadyHere ? 'move' : 'ask') => {
    event.preventDefault();
    if (!isDisplayName(name)) {
      setNameMissing(true);
      input.current?.focus();
      return;
    }
    const { microphone, camera } = visit.capture.state;
    savePreferences({
      // Neither an account's name nor that of a personal link is this browser's to remember.
      ...(!isNameGiven && { name: name.trim() }),
      microphoneOn: microphone.on,
      cameraOn: camera.on,
    });
    void visit.enter(name.trim(), needsPassword && password !== '' ? password : undefined, choice);
  };

  return (
    <Stack component="form" spacing={2} onSubmit={(event) => join(event)} noValidate>
      {problem && (
        <Alert
          severity={entering ? 'info' : 'error'}
          role={entering ? 'status' : 'alert'}
          data-testid={entering ? 'join-delay' : 'join-problem'}
          action={
            problem.page && (
              <Button color="inherit" size="small" href={problem.page} data-testid="go-elsewhere">
                Go there
              </Button>
            )
          }
        >
          {entering ? describeDelay(problem) : describe(problem, lobby)}
        </Alert>
      )}
      <TextField
        label="Your name"
        value={name}
        onChange={(event) => {
          onNameChange(event.target.value);
          setNameMissing(false);
        }}
        onBlur={() => isDisplayName(name) && void visit.prepareAs(name.trim())}
        inputRef={input}
        error={isNameMissing}
        helperText={
          hasPass
            ? 'You enter with the name that your link says.'
            : isLoggedIn
              ? 'You enter with the name of your account.'
              : isNameMissing && 'Tell the others who you are.'
        }
        autoFocus={name === ''}
        autoComplete="name"
        slotProps={{
          htmlInput: { dir: 'auto', maxLength: limits.username, readOnly: isNameGiven, 'data-testid': 'name-input' },
          formHelperText: isNameGiven ? {} : { role: 'alert' },
        }}
      />
      {needsPassword && (
        <TextField
          label="Password of the meeting"
          type="password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          required
          autoComplete="off"
          slotProps={{ htmlInput: { maxLength: limits.passwordMax, 'data-testid': 'room-password-input' } }}
        />
      )}
      {alreadyHere && (
        <Alert severity="info" data-testid="already-here">
          You are already in this meeting in another tab.
        </Alert>
      )}
      <Button
        type="submit"
        variant="contained"
        size="large"
        disabled={needsPassword && password === ''}
        loading={entering}
        data-testid="join-button"
      >
        {alreadyHere ? 'Move here' : problem && !entering ? 'Try again' : 'Join'}
      </Button>
      {alreadyHere && (
        <Button
          size="large"
          disabled={entering || (needsPassword && password === '')}
          onClick={(event) => join(event, 'without_sound')}
          data-testid="join-without-sound"
        >
          Join without sound
        </Button>
      )}
    </Stack>
  );
}

function describeDelay({ message }: VisitProblem): string {
  return `${message}. You enter by yourself as soon as it is back.`;
}

function describe({ code, message }: VisitProblem, { room }: EnterFormProps['lobby']): string {
  if (code === 'room_full')
    return room.maxParticipants === undefined
      ? 'The meeting is full. Wait until somebody leaves.'
      : `The meeting is full: ${room.maxParticipants} people are in it. Wait until somebody leaves.`;
  if (code === 'password_required') return 'This meeting has a password. Ask the person who invited you.';
  if (code === 'wrong_password') return 'The password is another one.';
  if (code === 'lobby_refused') return 'You were not let in.';
  if (code === 'server_full') return 'There are too many people on this server now. Try again later.';
  if (code === 'too_many_connections') return 'You are connected too often already. Close other windows of this page.';
  if (code === 'rate_limited') return 'That was tried too often. Wait a minute.';
  return `You could not join. ${message}.`;
}
