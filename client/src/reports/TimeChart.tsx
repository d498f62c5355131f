/** Figures over time: bars while they are few enough to be told apart, lines when they are many. */
import { BarChart } from '@mui/x-charts/BarChart';
import { LineChart } from '@mui/x-charts/LineChart';
import useMediaQuery from '@mui/material/useMediaQuery';
import { ChartFigure } from './ChartFigure';

export interface TimeSeries {
  label: string;
  values: number[];
  colour: string;
  /** How a value is written. */
  format: (value: number) => string;
}

interface TimeChartProps {
  summary: string;
  series: TimeSeries[];
  /** Names of the buckets: for the axis, and in full. */
  shortNames: string[];
  longNames: string[];
  /** Of what the values are a number, so that the axis has no ticks between whole ones. */
  isWhole?: boolean;
  /** How the axis writes a value. */
  formatTick: (value: number) => string;
}

const mostBars = 62;

export function TimeChart({ summary, series, shortNames, longNames, isWhole = true, formatTick }: TimeChartProps) {
  const prefersStillness = useMediaQuery('(prefers-reduced-motion: reduce)');
  const highest = Math.max(0, ...series.flatMap(({ values }) => values));
  const common = {
    height: 240,
    margin: { left: 0, right: 8, top: 12, bottom: 0 },
    grid: { horizontal: true },
    skipAnimation: prefersStillness,
    hideLegend: series.length === 1,
    slotProps: { legend: { position: { vertical: 'top', horizontal: 'start' } } },
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
  const written = series.map(({ label, values, colour, format }) => ({
    label,
    data: values,
    color: colour,
    valueFormatter: (value: number | null) => (value === null ? null : format(value)),
  }));

  return (
    <ChartFigure
      summary={summary}
      columns={['Time', ...series.map(({ label }) => label)]}
      rows={longNames.map((name, index) => [name, ...series.map(({ values, format }) => format(values[index] ?? 0))])}
    >
      {longNames.length <= mostBars ? (
        <BarChart
          {...common}
          series={written}
          borderRadius={3}
          xAxis={[{ ...axis, scaleType: 'band', categoryGapRatio: 0.25, barGapRatio: 0.1 }]}
        />
      ) : (
        <LineChart
          {...common}
          series={written.map((one) => ({
            ...one,
            area: series.length === 1,
            showMark: false,
            curve: 'linear' as const,
          }))}
          xAxis={[{ ...axis, scaleType: 'point' }]}
        />
      )}
    </ChartFigure>
  );
}
