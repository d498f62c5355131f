/** How many of something fall into each of a few classes, as bars that lie below each other. */
import { BarChart } from '@mui/x-charts/BarChart';
import useMediaQuery from '@mui/material/useMediaQuery';
import { ChartFigure } from './ChartFigure';
import { countLabel, shareLabel } from './figures';

interface DistributionChartProps {
  summary: string;
  /** What is counted, such as `Meetings`. */
  label: string;
  classes: { name: string; count: number; colour: string }[];
}

export function DistributionChart({ summary, label, classes }: DistributionChartProps) {
  const prefersStillness = useMediaQuery('(prefers-reduced-motion: reduce)');
  const isNarrow = useMediaQuery('(max-width: 600px)');
  const total = classes.reduce((sum, { count }) => sum + count, 0);
  const withShare = (count: number) => `${countLabel(count)} (${shareLabel(total === 0 ? 0 : count / total)})`;

  return (
    <ChartFigure
      summary={summary}
      columns={['', label]}
      rows={classes.map(({ name, count }) => [name, withShare(count)])}
    >
      <BarChart
        layout="horizontal"
        height={classes.length * 40 + 16}
        margin={{ left: 0, right: 0, top: 0, bottom: 0 }}
        skipAnimation={prefersStillness}
        hideLegend
        borderRadius={3}
        series={[
          {
            label,
            data: classes.map(({ count }) => count),
            valueFormatter: (count) => (count === null ? null : withShare(count)),
            barLabel: ({ value }) => (value === null ? null : withShare(value)),
            barLabelPlacement: 'outside',
          },
        ]}
        yAxis={[
          {
            data: classes.map(({ name }) => name),
            scaleType: 'band',
            width: 104,
            disableLine: true,
            disableTicks: true,
            categoryGapRatio: 0.35,
            colorMap: {
              type: 'ordinal',
              values: classes.map(({ name }) => name),
              colors: classes.map(({ colour }) => colour),
            },
          },
        ]}
        // Room for the figure beside the longest bar.
        xAxis={[
          { position: 'none', min: 0, max: Math.max(1, ...classes.map(({ count }) => count)) * (isNarrow ? 2.2 : 1.6) },
        ]}
        axisHighlight={{ x: 'none', y: 'none' }}
      />
    </ChartFigure>
  );
}
