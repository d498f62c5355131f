/** All meetings of a room, the last one first, page by page. */
import type { MeetingSummary } from '@minimeet/protocol';
import { Link as RouterLink, useSearchParams } from 'react-router';
import Chip from '@mui/material/Chip';
import Link from '@mui/material/Link';
import { fetchRoomMeetings, pageSize } from '../session/reports';
import { useAnswer } from '../session/use-answer';
import { AnswerView } from './AnswerView';
import { Panel } from './Panel';
import { type Column, ReportTable, TablePages } from './ReportTable';
import { countLabel, durationLabel, momentLabel } from './figures';
import { meetingReportPath } from './paths';

const columns: Column<MeetingSummary>[] = [
  {
    title: 'Began',
    cell: ({ id, beganAt }) => (
      <Link component={RouterLink} to={meetingReportPath(id)} data-testid="meeting-link">
        {momentLabel(beganAt)}
      </Link>
    ),
  },
  { title: 'Took', isNumber: true, cell: tookCell },
  { title: 'Participations', isNumber: true, cell: ({ participations }) => countLabel(participations) },
  { title: 'Most at once', isNumber: true, cell: ({ peakParticipants }) => countLabel(peakParticipants) },
  {
    title: 'Time of participants',
    isNumber: true,
    cell: ({ participantMinutes }) => durationLabel(participantMinutes),
  },
  { title: 'Messages', isNumber: true, cell: ({ messages }) => countLabel(messages) },
];

function tookCell({ beganAt, endedAt }: MeetingSummary) {
  if (endedAt === null) return <Chip size="small" color="primary" label="Running" />;
  return durationLabel((Date.parse(endedAt) - Date.parse(beganAt)) / 60_000);
}

export function MeetingsPanel({ reference }: { reference: string }) {
  const [search, setSearch] = useSearchParams();
  const page = Math.max(0, Math.trunc(Number(search.get('page') ?? 1)) - 1) || 0;
  const answer = useAnswer(`${reference} ${page}`, (caller) => fetchRoomMeetings(caller, reference, page));

  const show = (next: number) =>
    setSearch((before) => {
      const changed = new URLSearchParams(before);
      if (next === 0) changed.delete('page');
      else changed.set('page', String(next + 1));
      return changed;
    });

  return (
    <Panel title="All meetings" testId="meetings">
      <AnswerView answer={answer}>
        {({ items, total }) => (
          <>
            <ReportTable
              label="Meetings of this room"
              columns={columns}
              rows={items}
              keyOf={({ id }) => id}
              empty="There was no meeting in this room yet."
              testId="meetings-table"
              rowTestId="meeting-row"
            />
            <TablePages total={total} page={page} size={pageSize} onChange={show} />
          </>
        )}
      </AnswerView>
    </Panel>
  );
}
