/** What happened in one room, and the list of its meetings. */
import { Link as RouterLink, useParams } from 'react-router';
import Alert from '@mui/material/Alert';
import Link from '@mui/material/Link';
import { roomPath } from '../links/room-reference';
import { fetchRoomAnalytics, roomAnalyticsPath } from '../session/reports';
import { useAnswer } from '../session/use-answer';
import { AnalyticsCharts } from './AnalyticsCharts';
import { AnswerView } from './AnswerView';
import { CsvButton } from './CsvButton';
import { MeetingsPanel } from './MeetingsPanel';
import { NothingYet } from './NothingYet';
import { RangeChoice } from './RangeChoice';
import { ReportPage } from './ReportPage';
import { useReportRange } from './use-report-range';

const above = [{ label: 'Reports', to: '/reports' }];

export default function RoomReportPage() {
  const { reference = '' } = useParams();
  // Another room is another page: nothing of this one stays.
  return <RoomReport key={reference} reference={reference} />;
}

function RoomReport({ reference }: { reference: string }) {
  const { range, faults, query, setRange } = useReportRange();
  const answer = useAnswer(JSON.stringify(query), (caller) => fetchRoomAnalytics(caller, reference, query));
  const room = answer.value?.room;

  return (
    <ReportPage
      title={room?.name ?? 'Room'}
      above={above}
      subtitle={
        room && (
          <Link component={RouterLink} to={roomPath(room.slug)}>
            {room.slug}
          </Link>
        )
      }
      actions={
        room && (
          <CsvButton
            path={roomAnalyticsPath(reference, query)}
            fileName={`minimeet-${room.slug}-${range.firstDay}-to-${range.lastDay}.csv`}
          />
        )
      }
      testId="room-report"
    >
      <RangeChoice range={range} onChange={setRange} />
      {faults.length > 0 && <Alert severity="warning">{faults.join('. ')}.</Alert>}
      <AnswerView answer={answer}>
        {(report) =>
          report.totals.meetings === 0 ? (
            <NothingYet>There were no meetings in this room in these days.</NothingYet>
          ) : (
            <AnalyticsCharts report={report} />
          )
        }
      </AnswerView>
      {room && <MeetingsPanel reference={reference} />}
    </ReportPage>
  );
}
