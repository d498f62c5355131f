/** An error in the interface does not end the meeting: one is still seen and heard, hears the others, and can load the view again. */
import type { ReactNode } from 'react';
import type { MeetingClient } from '@minimeet/sdk';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { Boundary } from '../common/Boundary';
import { CaptureButton } from '../media/CaptureButton';
import type { RoomVisit } from '../session/room-visit';
import { MeetingContext } from './meeting-context';
import { RemoteAudio } from './RemoteAudio';
import { useIsSilent } from './SilentBanner';

interface MeetingFaultProps {
  visit: RoomVisit;
  client: MeetingClient;
  children: ReactNode;
}

export function MeetingFault({ visit, client, children }: MeetingFaultProps) {
  const fallback = (again: () => void) => (
    <MeetingContext value={client}>
      <Stack
        component="main"
        spacing={3}
        sx={{ minHeight: '100dvh', p: 2, justifyContent: 'center', alignItems: 'center', textAlign: 'center' }}
        data-testid="meeting-fault"
      >
        <Typography variant="h1">This page stopped working</Typography>
        <Typography sx={{ color: 'text.secondary' }}>You are still in the meeting.</Typography>
        <Stack direction="row" spacing={1.5}>
          <CaptureButton capture={visit.capture} kind="microphone" />
          <CaptureButton capture={visit.capture} kind="camera" />
        </Stack>
        <Stack direction="row" spacing={1.5}>
          <Button variant="contained" size="large" onClick={again}>
            Reload
          </Button>
          <Button size="large" color="error" onClick={() => void visit.leave()}>
            Leave
          </Button>
        </Stack>
      </Stack>
      <Sound visit={visit} />
    </MeetingContext>
  );
  return <Boundary fallback={fallback}>{children}</Boundary>;
}

/** Unless another tab of this browser has it. */
function Sound({ visit }: { visit: RoomVisit }) {
  return useIsSilent(visit) ? null : <RemoteAudio />;
}
