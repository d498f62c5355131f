/** The page before a meeting: see and hear yourself, choose devices and a name. */
import { useEffect, useState } from 'react';
import Box from '@mui/material/Box';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { UserText } from '../common/UserText';
import { usePageTitle } from '../common/use-page-title';
import { CameraPreview } from '../media/CameraPreview';
import { DeviceChoice } from '../media/DeviceChoice';
import { DeviceProblems } from '../media/DeviceProblems';
import type { RoomVisit, VisitState } from '../session/room-visit';
import { EnterForm } from './EnterForm';
import { LobbyNotice } from './LobbyNotice';
import { Page } from './Page';

/** Milliseconds between two looks at how many are in the room. */
const refreshInterval = 10_000;

const atMostThreeLines = {
  display: '-webkit-box',
  WebkitBoxOrient: 'vertical',
  WebkitLineClamp: 3,
  overflow: 'hidden',
};

interface PreJoinPageProps {
  visit: RoomVisit;
  lobby: Extract<VisitState, { step: 'lobby' }>;
}

export function PreJoinPage({ visit, lobby }: PreJoinPageProps) {
  const { room } = lobby;
  const [name, setName] = useState(visit.suggestedName);
  usePageTitle(room.name);

  useEffect(() => {
    const timer = setInterval(() => void visit.refreshRoom(), refreshInterval);
    return () => clearInterval(timer);
  }, [visit]);

  return (
    <Page>
      <Box
        sx={{
          display: 'grid',
          gap: { xs: 2.5, md: 5 },
          gridTemplateColumns: { md: 'minmax(0, 3fr) minmax(0, 2fr)' },
          gridTemplateAreas: {
            xs: '"heading" "preview" "enter" "devices"',
            md: '"preview heading" "preview enter" "devices devices"',
          },
          gridTemplateRows: { md: '1fr 1fr auto' },
        }}
        data-testid="pre-join"
      >
        <Stack spacing={0.5} sx={{ gridArea: 'heading', justifyContent: 'flex-end' }}>
          <Typography
            variant="h1"
            sx={{ fontSize: { xs: '1.75rem', md: '2.25rem' }, overflowWrap: 'anywhere', ...atMostThreeLines }}
            title={room.name}
            data-testid="room-name"
          >
            <UserText>{room.name}</UserText>
          </Typography>
          {room.participantsNow !== undefined && (
            <Typography sx={{ color: 'text.secondary' }} role="status" data-testid="people-now">
              {describePeople(room.participantsNow)}
            </Typography>
          )}
        </Stack>
        <Box sx={{ gridArea: 'preview' }}>
          <CameraPreview capture={visit.capture} name={name} />
        </Box>
        <Box sx={{ gridArea: 'enter' }}>
          {lobby.waiting ? (
            <LobbyNotice attended={lobby.attended} onLeave={() => visit.stopWaiting()} />
          ) : (
            <EnterForm visit={visit} lobby={lobby} name={name} onNameChange={setName} />
          )}
        </Box>
        <Stack spacing={2} sx={{ gridArea: 'devices' }}>
          <DeviceProblems capture={visit.capture} />
          <DeviceChoice capture={visit.capture} />
        </Stack>
      </Box>
    </Page>
  );
}

function describePeople(count: number): string {
  if (count === 0) return 'Nobody is here yet';
  return count === 1 ? 'One person is here' : `${count} people are here`;
}
