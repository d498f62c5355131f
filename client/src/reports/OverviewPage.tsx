/** The overview: what happened in all rooms that one owns, for administrators in all rooms there are. */
import type { Overview } from '@minimeet/protocol';
import { Link as RouterLink } from 'react-router';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import { UserText } from '../common/UserText';
import { useStore } from '../common/use-store';
import { account } from '../session/account';
import { fetchOverview, overviewPath } from '../session/reports';
import { useAnswer } from '../session/use-answer';
import { AnalyticsCharts } from './AnalyticsCharts';
import { AnswerView } from './AnswerView';
import { CsvButton } from './CsvButton';
import { NothingYet } from './NothingYet';
import { Panel } from './Panel';
import { RangeChoice } from './RangeChoice';
import { ReportPage } from './ReportPage';
import { type Column, ReportTable } from './ReportTable';
import { RoomsPanel } from './RoomsPanel';
import { countLabel, durationLabel } from './figures';
import { roomReportPath } from './paths';
import { useReportRange } from './use-report-range';

export default function OverviewPage() {
  const isAdmin = useStore(account)?.user.isAdmin ?? false;
  const { range, faults, query, setRange } = useReportRange();
  const answer = useAnswer(JSON.stringify(query), (caller) => fetchOverview(caller, query));

  return (
    <ReportPage
      title="Reports"
      subtitle={isAdmin ? 'Meetings in all rooms of this server' : 'Meetings in the rooms that you own'}
      actions={<CsvButton path={overviewPath(query)} fileName={`minimeet-${range.firstDay}-to-${range.lastDay}.csv`} />}
      testId="overview"
    >
      <RangeChoice range={range} onChange={setRange} />
      {faults.length > 0 && <Alert severity="warning">{faults.join('. ')}.</Alert>}
      <AnswerView answer={answer}>
        {(overview) =>
          overview.totals.meetings === 0 ? (
            <NothingYet>There were no meetings in these days.</NothingYet>
          ) : (
            <AnalyticsCharts report={overview}>
              <BusiestRooms rooms={overview.busiestRooms} />
            </AnalyticsCharts>
          )
        }
      </AnswerView>
      <RoomsPanel title={isAdmin ? 'All rooms' : 'Your rooms'} />
    </ReportPage>
  );
}

type BusyRoom = Overview['busiestRooms'][number];

const columns: Column<BusyRoom>[] = [
  {
    title: 'Room',
    cell: ({ room }) =>
      room ? (
        <Link component={RouterLink} to={roomReportPath(room.slug)}>
          <UserText>{room.name}</UserText>
        </Link>
      ) : (
        <Box component="em" sx={{ color: 'text.secondary' }}>
          Deleted room
        </Box>
      ),
  },
  { title: 'Time', isNumber: true, cell: ({ participantMinutes }) => durationLabel(participantMinutes) },
  { title: 'Meetings', isNumber: true, cell: ({ meetings }) => countLabel(meetings) },
  { title: 'Participations', isNumber: true, cell: ({ participations }) => countLabel(participations) },
];

function BusiestRooms({ rooms }: { rooms: BusyRoom[] }) {
  return (
    <Panel title="Busiest rooms" testId="busiest-rooms">
      <ReportTable
        label="Busiest rooms"
        columns={columns}
        rows={rooms}
        keyOf={({ roomId }) => roomId}
        empty="No room was used in these days."
        testId="busiest-rooms-table"
        rowTestId="busiest-room"
      />
    </Panel>
  );
}
