/** One meeting: who was there when, how good their connections were, and what moderators did. */
import { useEffect } from 'react';
import type { MeetingReport } from '@minimeet/protocol';
import { useParams } from 'react-router';
import Chip from '@mui/material/Chip';
import Stack from '@mui/material/Stack';
import { isolated } from '../common/direction';
import { fetchMeeting, meetingPath } from '../session/reports';
import { useAnswer } from '../session/use-answer';
import { ActsTable } from './ActsTable';
import { AnswerView } from './AnswerView';
import { CsvButton } from './CsvButton';
import { FigureRow } from './FigureRow';
import { NothingYet } from './NothingYet';
import { Panel } from './Panel';
import { ParticipationsTable } from './ParticipationsTable';
import { ReportPage } from './ReportPage';
import { TimelineChart } from './TimelineChart';
import { TimelineLegend } from './TimelineLegend';
import { clockLabel, countLabel, durationLabel, momentLabel } from './figures';
import { roomReportPath } from './paths';

/** Milliseconds after which a running meeting is asked for again. */
const refreshInterval = 15_000;

export default function MeetingReportPage() {
  const { id = '' } = useParams();
  return <MeetingOf key={id} id={id} />;
}

function MeetingOf({ id }: { id: string }) {
  // With the moment of the answer, which is where a running meeting's bars end.
  const answer = useAnswer(id, async (caller) => ({ meeting: await fetchMeeting(caller, id), at: Date.now() }));
  const meeting = answer.value?.meeting;
  const isRunning = meeting?.endedAt === null;
  const { retry, isLoading } = answer;

  useEffect(() => {
    if (!isRunning || isLoading) return undefined;
    const timer = setTimeout(retry, refreshInterval);
    return () => clearTimeout(timer);
  }, [isRunning, isLoading, retry]);

  const above = [{ label: 'Reports', to: '/reports' }];
  if (meeting?.room) above.push({ label: meeting.room.name, to: roomReportPath(meeting.room.slug) });

  return (
    <ReportPage
      title={meeting ? `Meeting of ${momentLabel(meeting.beganAt)}` : 'Meeting'}
      above={above}
      subtitle={meeting && subtitleOf(meeting)}
      actions={
        meeting && (
          <>
            {isRunning && <Chip color="primary" label="Running" data-testid="meeting-running" />}
            <CsvButton path={meetingPath(id)} fileName={`minimeet-meeting-${meeting.beganAt.slice(0, 10)}-${id}.csv`} />
          </>
        )
      }
      testId="meeting-report"
    >
      <AnswerView answer={answer}>{({ meeting: report, at }) => <MeetingView report={report} now={at} />}</AnswerView>
    </ReportPage>
  );
}

function MeetingView({ report, now }: { report: MeetingReport; now: number }) {
  const { participants, acts, endedAt, beganAt } = report;
  const people = new Set(participants.map(({ userId }) => userId)).size;
  const minutes = ((endedAt === null ? now : Date.parse(endedAt)) - Date.parse(beganAt)) / 60_000;

  return (
    <Stack spacing={2}>
      <FigureRow
        testId="meeting-totals"
        figures={[
          { label: report.endedAt === null ? 'So far' : 'Took', value: durationLabel(Math.max(0, minutes)) },
          { label: 'People', value: countLabel(people) },
          { label: 'Most at once', value: countLabel(report.peakParticipants) },
          { label: 'Time of participants', value: durationLabel(report.participantMinutes) },
          { label: 'Chat messages', value: countLabel(report.messages) },
        ]}
      />
      {participants.length === 0 ? (
        <NothingYet>Nobody is on the record of this meeting.</NothingYet>
      ) : (
        <>
          <Panel title="Who was there when" aside={<TimelineLegend />} testId="timeline">
            <TimelineChart report={report} now={now} />
          </Panel>
          {acts.length > 0 && (
            <Panel
              title="Moderation"
              aside={
                <CsvButton
                  path={`${meetingPath(report.id)}?rows=acts`}
                  fileName={`minimeet-acts-${beganAt.slice(0, 10)}-${report.id}.csv`}
                />
              }
              testId="acts"
            >
              <ActsTable acts={acts} />
            </Panel>
          )}
          <Panel title="Participations" testId="participations">
            <ParticipationsTable participants={participants} now={now} />
          </Panel>
        </>
      )}
    </Stack>
  );
}

function subtitleOf({ room, endedAt }: MeetingReport): string {
  const where = room ? `In ${isolated(room.name)}` : 'In a room that has been deleted';
  return endedAt === null ? `${where}, still running` : `${where}, until ${clockLabel(endedAt)}`;
}
