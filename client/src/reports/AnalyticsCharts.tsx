/** The figures and charts that the overview and a room's report have in common. */
import type { ReactNode } from 'react';
import type { Analytics } from '@minimeet/protocol';
import Box from '@mui/material/Box';
import { qualityColours, seriesColours } from '../theme/report-colours';
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
} from './figures';

const perBucket = { hour: 'hour by hour', day: 'day by day', week: 'week by week', month: 'month by month' };

/** `children` stand between the charts over time and the distributions. */
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
          summary={`Meetings that began, ${pace}: ${countLabel(totals.meetings)} in all.`}
          series={[
            {
              label: 'Meetings',
              values: buckets.map(({ meetings }) => meetings),
              colour: seriesColours.first,
              format: countLabel,
            },
          ]}
          formatTick={compact}
          {...names}
        />
      </Panel>
      <Panel title="Participants" testId="chart-participants">
        <TimeChart
          summary={`How often somebody joined, and the most people in one meeting at a time, ${pace}.`}
          series={[
            {
              label: 'Participations',
              values: buckets.map(({ participations }) => participations),
              colour: seriesColours.first,
              format: countLabel,
            },
            {
              label: 'Most in one meeting',
              values: buckets.map(({ peakParticipants }) => peakParticipants),
              colour: seriesColours.second,
              format: countLabel,
            },
          ]}
          formatTick={compact}
          {...names}
        />
      </Panel>
      <Panel title="Hours of participants" testId="chart-minutes">
        <TimeChart
          summary={`Hours that all participants together were in meetings, ${pace}.`}
          series={[
            {
              label: 'Time of participants',
              values: buckets.map(({ participantMinutes }) => participantMinutes / 60),
              colour: seriesColours.first,
              format: (hours) => durationLabel(hours * 60),
            },
          ]}
          isWhole={false}
          formatTick={(hours) => `${compact(hours)} h`}
          {...names}
        />
      </Panel>
      {children}
      <Panel title="How long meetings took" testId="chart-durations">
        <DistributionChart
          summary={`Meetings by how long they took: ${durations.map(({ meetings }, index) => `${countLabel(meetings)} took ${durationNames[index]}`).join(', ')}.`}
          label="Meetings"
          classes={durations.map(({ meetings }, index) => ({
            name: durationNames[index] ?? '',
            count: meetings,
            colour: seriesColours.first,
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
    </Box>
  );
}

/** `1.2K`: short enough for an axis. */
const compact = (value: number) => value.toLocaleString(undefined, { notation: 'compact', maximumFractionDigits: 1 });
