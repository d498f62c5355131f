/** What runs now on all servers: for administrators. */
import type { Live } from '@minimeet/protocol';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import CircularProgress from '@mui/material/CircularProgress';
import Stack from '@mui/material/Stack';
import { ProblemAlert } from '../reports/AnswerView';
import { FigureRow } from '../reports/FigureRow';
import { ReportPage } from '../reports/ReportPage';
import { bitrateLabel, clockLabel, countLabel } from '../reports/figures';
import { LiveMeetings } from './LiveMeetings';
import { LiveServer } from './LiveServer';
import { type LiveState, useLive } from './use-live';

export default function LivePage() {
  const state = useLive();
  const { live, at, problem } = state;
  return (
    <ReportPage
      title="Live"
      subtitle={
        live ? `As of ${clockLabel(at)}, refreshed every 2 seconds` : 'Rooms, participants and servers right now'
      }
      testId="live"
    >
      {problem && live && (
        <Alert severity="warning" data-testid="live-stale">
          {`There are no newer figures than those of ${clockLabel(at)}. ${problem.message}.`}
        </Alert>
      )}
      {problem && !live && <ProblemAlert problem={problem} onRetry={() => window.location.reload()} />}
      {!problem && !live && (
        <Box role="status" aria-label="Loading" sx={{ display: 'grid', placeContent: 'center', minHeight: 240 }}>
          <CircularProgress aria-hidden />
        </Box>
      )}
      {live && <LiveView live={live} state={state} />}
    </ReportPage>
  );
}

function LiveView({ live, state }: { live: Live; state: LiveState }) {
  const { servers, meetings, degraded } = live;
  const sum = (value: (meeting: Live['meetings'][number]) => number) =>
    meetings.reduce((total, meeting) => total + value(meeting), 0);

  return (
    <Stack spacing={2}>
      {degraded && (
        <Alert severity="warning" data-testid="live-degraded">
          These are the figures of one server alone: those of the others cannot be read now. Meetings go on.
        </Alert>
      )}
      <FigureRow
        testId="live-totals"
        figures={[
          { label: 'Rooms in use', value: countLabel(meetings.length) },
          { label: 'Participants', value: countLabel(sum(({ participants }) => participants.length)) },
          { label: 'Arriving', value: bitrateLabel(sum(({ incomingBitrate }) => incomingBitrate)) },
          { label: 'Leaving', value: bitrateLabel(sum(({ outgoingBitrate }) => outgoingBitrate)) },
          { label: 'Servers', value: countLabel(servers.length) },
        ]}
      />
      {servers.map((server) => (
        <LiveServer
          key={server.id}
          server={server}
          meetings={meetings.filter(({ serverId }) => serverId === server.id)}
          history={state.history}
          now={state.at}
        />
      ))}
      <LiveMeetings meetings={meetings} servers={servers} now={state.at} />
    </Stack>
  );
}
