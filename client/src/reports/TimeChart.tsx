/** Figures over time: bars while they are few enough to be told apart, lines when they are many. */
import { BarChart } from '@mui/x-charts/BarChart';
import { LineChart } from '@mui/x-charts/LineChart';
import useMediaQuery from '@mui/material/useMediaQuery';
import { seriesColour } from '../theme/report-colours';
import { ChartFigure } from './ChartFigure';
import { shortLabel } from './figures';

interface TimeChartProps {
  summary: string;
  /** What the values are, for the tooltip and the table. */
  label: string;
  values: number[];
  /** How a value is written. */
  format: (value: number) => string;
  /** Names of the buckets: for the axis, and in full. */
  shortNames: string[];
  longNames: string[];
  /** Of what the values are a number, so that the axis has no ticks between whole ones. */
  isWhole?: boolean;
  /** How the axis writes a value. Default: short enough for it, `1.2K`. */
  formatTick?: (value: number) => string;
}

const mostBars = 62;

export function TimeChart(props: TimeChartProps) {
  const { summary, label, values, format, shortNames, longNames, isWhole = true, formatTick = shortLabel } = props;
  const prefersStillness = useMediaQuery('(prefers-reduced-motion: reduce)');
  const highest = Math.max(0, ...values);
  const common = {
    height: 240,
    // Half of the last label is beyond the last point.
    margin: { left: 0, right: 28, top: 12, bottom: 0 },
    grid: { horizontal: true },
    skipAnimation: prefersStillness,
    hideLegend: true,
    yAxis: [
      {
        width: 48,
        min: 0,
        max: Math.max(highest, 1),
        domainLimit: 'nice',
        disableLine: true,
        disableTicks: true,
        valueFormatter: (value: number) => (isWhole && !Number.isInteger(value) ? '' : formatTick(value)),
      },
    ],
  } as const;
  // Positions, because two buckets may have one name: the hour that the change of clocks repeats.
  const axis = {
    data: longNames.map((_, index) => index),
    height: 28,
    tickLabelMinGap: 8,
    disableTicks: true,
    valueFormatter: (index: number, { location }: { location: string }) =>
      (location === 'tick' ? shortNames[index] : longNames[index]) ?? '',
  };
  const series = {
    label,
    data: values,
    color: seriesColour,
    valueFormatter: (value: number | null) => (value === null ? null : format(value)),
  };

  return (
    <ChartFigure
      summary={summary}
      columns={['Time', label]}
      rows={longNames.map((name, index) => [name, format(values[index] ?? 0)])}
    >
      {longNames.length <= mostBars ? (
        <BarChart
          {...common}
          series={[series]}
          borderRadius={3}
          xAxis={[{ ...axis, scaleType: 'band', categoryGapRatio: 0.25, barGapRatio: 0.1 }]}
        />
      ) : (
        <LineChart
          {...common}
          series={[{ ...series, area: true, showMark: false, curve: 'linear' }]}
          xAxis={[{ ...axis, scaleType: 'point' }]}
        />
      )}
    </ChartFigure>
  );
}
