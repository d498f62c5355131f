/** The figures and charts that the overview and a room's report have in common. */
import type { ReactNode } from 'react';
import type { Analytics } from '@minimeet/protocol';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { qualityColours, seriesColour } from '../theme/report-colours';
import { DistributionChart } from './DistributionChart';
import { FigureRow } from './FigureRow';
import { Panel } from './Panel';
import { TimeChart } from './TimeChart';
import {
  type ShownQuality,
  bucketLabels,
  countLabel,
  durationClassLabels,
  durationLabel,
  qualityNames,
  shortLabel,
} from './figures';

const perBucket = { hour: 'hour by hour', day: 'day by day', week: 'week by week', month: 'month by month' };

/** `children` stand below the charts. */
export function AnalyticsCharts({ report, children }: { report: Analytics; children?: ReactNode }) {
  const { totals, buckets, durations, quality } = report;
  const { short, long } = bucketLabels(report);
  const names = {
    shortNames: buckets.map(({ begin }) => short(begin)),
    longNames: buckets.map(({ begin }) => long(begin)),
  };
  const pace = perBucket[report.bucket];
  const durationNames = durationClassLabels(durations);
  const rated = quality.good + quality.fair + quality.poor;

  return (
    <Box
      sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' } }}
    >
      <Box sx={{ gridColumn: '1 / -1' }}>
        <FigureRow
          testId="report-totals"
          figures={[
            { label: 'Meetings', value: countLabel(totals.meetings) },
            { label: 'Participations', value: countLabel(totals.participations) },
            { label: 'Time of participants', value: durationLabel(totals.participantMinutes) },
            { label: 'Most in one meeting', value: countLabel(totals.peakParticipants) },
            { label: 'Chat messages', value: countLabel(totals.messages) },
          ]}
        />
      </Box>
      <Panel title="Meetings" testId="chart-meetings">
        <TimeChart
          {...names}
          summary={`Meetings that began, ${pace}: ${countLabel(totals.meetings)} in all.`}
          label="Meetings"
          values={buckets.map(({ meetings }) => meetings)}
          format={countLabel}
        />
      </Panel>
      <Panel title="Participations" testId="chart-participations">
        <TimeChart
          {...names}
          summary={`How often somebody joined, ${pace}: ${countLabel(totals.participations)} times in all.`}
          label="Participations"
          values={buckets.map(({ participations }) => participations)}
          format={countLabel}
        />
      </Panel>
      <Panel title="Hours of participants" testId="chart-minutes">
        <TimeChart
          {...names}
          summary={`Hours that all participants together were in meetings, ${pace}.`}
          label="Time of participants"
          values={buckets.map(({ participantMinutes }) => participantMinutes / 60)}
          format={(hours) => durationLabel(hours * 60)}
          isWhole={false}
          formatTick={(hours) => `${shortLabel(hours)} h`}
        />
      </Panel>
      <Panel title="Most in one meeting" testId="chart-peak">
        <TimeChart
          {...names}
          summary={`The most people in one meeting at a time, ${pace}.`}
          label="Most in one meeting"
          values={buckets.map(({ peakParticipants }) => peakParticipants)}
          format={countLabel}
        />
      </Panel>
      <Panel title="How long meetings took" testId="chart-durations">
        <DistributionChart
          summary={`Meetings by how long they took: ${durations.map(({ meetings }, index) => `${countLabel(meetings)} took ${durationNames[index]}`).join(', ')}.`}
          label="Meetings"
          classes={durations.map(({ meetings }, index) => ({
            name: durationNames[index] ?? '',
            count: meetings,
            colour: seriesColour,
          }))}
        />
      </Panel>
      <Panel title="Quality of connections" testId="chart-quality">
        <DistributionChart
          summary={`Participations by the quality of their connection: ${countLabel(quality.good)} of ${countLabel(rated)} measured ones were good.`}
          label="Participations"
          classes={(Object.keys(qualityNames) as ShownQuality[]).map((name) => ({
            name: qualityNames[name],
            count: quality[name],
            colour: qualityColours[name],
          }))}
        />
      </Panel>
      <Typography variant="caption" color="text.secondary" sx={{ gridColumn: '1 / -1' }} data-testid="report-caption">
        A meeting counts, with all that happened in it, where it began.
      </Typography>
      {children && <Box sx={{ gridColumn: '1 / -1' }}>{children}</Box>}
    </Box>
  );
}
