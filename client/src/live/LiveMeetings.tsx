/** The meetings that run now, and who is in them. */
import { useState } from 'react';
import type { Live } from '@minimeet/protocol';
import { Link as RouterLink } from 'react-router';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import TextField from '@mui/material/TextField';
import { UserText } from '../common/UserText';
import { isolated } from '../common/direction';
import { Panel } from '../reports/Panel';
import { type Column, ReportTable } from '../reports/ReportTable';
import { bitrateLabel, countLabel, durationLabel } from '../reports/figures';
import { meetingReportPath } from '../reports/paths';
import { meetingsWith } from './meetings-with';

type LiveMeeting = Live['meetings'][number];

interface LiveMeetingsProps extends Pick<Live, 'meetings' | 'servers'> {
  /** Milliseconds since 1970. */
  now: number;
}

export function LiveMeetings({ meetings, servers, now }: LiveMeetingsProps) {
  const [sought, setSought] = useState('');
  const serverNames = new Map(servers.map(({ id, name }) => [id, name]));

  const columns: Column<LiveMeeting>[] = [
    {
      title: 'Room',
      cell: ({ id, room }) => (
        <Link component={RouterLink} to={meetingReportPath(id)}>
          <UserText>{room?.name ?? 'Deleted room'}</UserText>
        </Link>
      ),
    },
    {
      title: 'Who',
      cell: ({ participants }) => (
        <Box
          sx={{ whiteSpace: 'normal', minWidth: { xs: 170, sm: 240 }, maxWidth: 420, overflowWrap: 'anywhere' }}
          data-testid="live-people"
        >
          <People names={participants.map(({ displayName }) => isolated(displayName))} />
        </Box>
      ),
    },
    { title: 'Server', cell: ({ serverId }) => serverNames.get(serverId) ?? '–' },
    {
      title: 'For',
      isNumber: true,
      cell: ({ beganAt }) => durationLabel(Math.max(0, now - Date.parse(beganAt)) / 60_000),
    },
    { title: 'People', isNumber: true, cell: ({ participants }) => countLabel(participants.length) },
    { title: 'Producers', isNumber: true, cell: ({ producers }) => countLabel(producers) },
    { title: 'Consumers', isNumber: true, cell: ({ consumers }) => countLabel(consumers) },
    { title: 'Arriving', isNumber: true, cell: ({ incomingBitrate }) => bitrateLabel(incomingBitrate) },
    { title: 'Leaving', isNumber: true, cell: ({ outgoingBitrate }) => bitrateLabel(outgoingBitrate) },
  ];

  return (
    <Panel
      title="Meetings now"
      testId="live-meetings"
      aside={
        <TextField
          size="small"
          type="search"
          label="Find a person or room"
          value={sought}
          onChange={(event) => setSought(event.target.value)}
          slotProps={{ htmlInput: { 'data-testid': 'live-search' } }}
        />
      }
    >
      <ReportTable
        label="Meetings now"
        columns={columns}
        rows={meetingsWith(sought, meetings)}
        keyOf={({ id }) => id}
        empty={sought.trim() === '' ? 'Nobody is in a meeting.' : 'No room and nobody in a meeting is called so.'}
        testId="live-meetings-table"
        rowTestId="live-meeting"
      />
    </Panel>
  );
}

const fewNames = 8;

function People({ names }: { names: string[] }) {
  if (names.length <= fewNames) return names.join(', ');
  return (
    <details>
      <summary style={{ cursor: 'pointer' }}>
        {names.slice(0, fewNames - 1).join(', ')} and {countLabel(names.length - fewNames + 1)} more
      </summary>
      {names.slice(fewNames - 1).join(', ')}
    </details>
  );
}
