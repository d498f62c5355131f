/** What was measured of growth, as a table, and whether it is as it should be. */
import { largeFrom, type GrowthFigures, type GrowthReport } from './growth-figures.js';
import { chart, percent, table } from './markdown.js';

/** How far packets per participant may be from those in the first large meeting. */
const flatWithin = 0.1;

/** In Markdown. */
export function growthReport({ options, plan, everything }: GrowthReport): string {
  const { sizes, tiles, rates, speakerOf } = options;
  const header = [
    'participants',
    `packets/s to each, ${tiles} tiles`,
    'of them video',
    `beside ${largeFrom}`,
    'kbit/s to each',
    'workers’ CPU',
    'packets/s to each, everything',
    `beside ${largeFrom}`,
    'workers’ CPU',
  ];
  const rows = plan.map((figures, index) => {
    const all = everything[index];

    return [
      String(figures.participants),
      figures.packets.toFixed(1),
      figures.videoPackets.toFixed(1),
      beside(figures, plan),
      ((figures.bytes * 8) / 1000).toFixed(0),
      percent(figures.workerCpu),
      all?.packets.toFixed(1) ?? '',
      all ? beside(all, everything) : '',
      all ? percent(all.workerCpu) : '',
    ];
  });
  const missing = sizes.filter((size) => everything.every(({ participants }) => participants !== size));

  return [
    `Each bot sends a camera with two layers of ${rates.framesPerSecond} frames a second and a microphone of ` +
      `${rates.voicePacketsPerSecond} packets a second; one of ${speakerOf} speaks.`,
    table(header, rows),
    ...(missing.length > 0
      ? [`Everything to everyone was more than this machine carries at ${missing.join(', ')}.`]
      : []),
    chart({
      title: 'Packets a second to each participant',
      x: { title: 'participants', values: plan.map(({ participants }) => participants) },
      y: 'packets/s',
      lines: [
        { name: `${tiles} tiles`, values: plan.map(({ packets }) => packets) },
        { name: 'everything', values: everything.map(({ packets }) => packets) },
      ],
    }),
  ].join('\n\n');
}

/** A line for each size that could not be measured with views, or whose participants are sent another amount than in the first large meeting. */
export function growthFaults(report: GrowthReport): string[] {
  const measured = report.plan.map(({ participants }) => participants);

  return [
    ...report.options.sizes
      .filter((size) => !measured.includes(size))
      .map((size) => `${size} participants could not be measured`),
    ...sizesThatGrow(report).map(
      (size) => `${size} participants are sent more than ${percent(flatWithin)} more, or less, than ${largeFrom}`,
    ),
  ];
}

/** Sizes whose packets per participant are others than in the first large meeting. */
export function sizesThatGrow({ plan }: Pick<GrowthReport, 'plan'>): number[] {
  const [first, ...others] = plan.filter(({ participants }) => participants >= largeFrom);

  return others
    .filter(({ packets }) => Math.abs(packets / first!.packets - 1) > flatWithin)
    .map(({ participants }) => participants);
}

function beside(figures: GrowthFigures, all: readonly GrowthFigures[]): string {
  const first = all.find(({ participants }) => participants >= largeFrom);

  return first && figures.participants >= largeFrom ? percent(figures.packets / first.packets) : '';
}
