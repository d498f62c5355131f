/** Figures for people. */
import type { GroupReport, LoadReport, Verdict } from './report.js';
import { bitrate, highest, meanOf } from './report.js';
import type { CountName, DurationName } from './figures.js';

export function ms(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}

export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? '–' : `${(share * 100).toFixed(share < 0.01 && share > 0 ? 3 : 1)} %`;
}

export function bits(perSecond: number): string {
  return perSecond >= 1e6 ? `${(perSecond / 1e6).toFixed(1)} Mbit/s` : `${(perSecond / 1e3).toFixed(0)} kbit/s`;
}

export function bytes(count: number): string {
  return `${(count / 1e6).toFixed(0)} MB`;
}

/** A table whose first row is its head. */
export interface Table {
  title: string;
  head: string[];
  rows: string[][];
}

/** Of a report, all that is in tables. */
export function tablesOf(report: LoadReport): Table[] {
  return [roomTable(report), durationTable(report), mediaTable(report), ...machineTables(report)];
}

export function verdictText({ name, limit, value, unit, passed }: Verdict): string {
  const show = unit === 'ms' ? ms : percent;

  return `${passed ? 'ok  ' : 'FAIL'} ${name}: ${value === null ? 'not measured' : show(value)}, at most ${show(limit)}`;
}

function roomTable({ total, rooms, elapsed }: LoadReport): Table {
  const row = (name: string, group: GroupReport) => {
    const { joined, present, tracks, loss, durations, counts } = group;
    const received = sumOf(group, receivedBytes, elapsed);

    return [
      name,
      `${joined.succeeded}/${joined.tried}`,
      `${present.there}/${present.expected}`,
      `${tracks.received}/${tracks.expected}`,
      ms(durations.join?.p95),
      ms(durations.firstKeyFrame?.p95),
      bits(received),
      percent(loss),
      ms(durations.videoLatency?.p50),
      ms(durations.videoLatency?.p99),
      `${counts.packetsWanted}`,
      `${counts.keyFrameRequests}`,
    ];
  };

  return {
    title: 'Rooms',
    head: [
      'room',
      'joined',
      'there at the end',
      'tracks',
      'join p95',
      'key frame p95',
      'received',
      'loss',
      'latency p50',
      'latency p99',
      'NACK',
      'PLI',
    ],
    rows: [...rooms.map((room, index) => row(String(index + 1), room)), row('all', total)],
  };
}

const durationTitles: Record<DurationName, string> = {
  connect: 'join: known as a guest, connected, welcome',
  join: 'join: answer, in the meeting',
  transport: 'join: media connected',
  published: 'join: camera and microphone published',
  complete: 'join: all of it',
  firstPacket: 'first packet after the click',
  firstKeyFrame: 'first picture after the click',
  audioLatency: 'latency of sound, bot to bot',
  videoLatency: 'latency of video, bot to bot',
  audioJitter: 'jitter of sound',
  videoJitter: 'jitter of video',
  roundTrip: 'round trip of media',
  signalling: 'signalling: views and mutes',
  chat: 'chat message stored',
};

function durationTable({ total }: LoadReport): Table {
  return {
    title: 'Durations',
    head: ['', 'number', 'p50', 'p95', 'p99'],
    rows: (Object.keys(durationTitles) as DurationName[]).flatMap((name) => {
      const figures = total.durations[name];

      return figures
        ? [[durationTitles[name], String(figures.count), ms(figures.p50), ms(figures.p95), ms(figures.p99)]]
        : [];
    }),
  };
}

const layers = [0, 1, 2] as const;
const sentBytes: CountName[] = ['audioBytesSent', ...layers.map((layer) => `videoBytesSent${layer}` as const)];
const receivedBytes: CountName[] = [
  'audioBytesReceived',
  ...layers.map((layer) => `videoBytesReceived${layer}` as const),
];

function mediaTable({ total, elapsed }: LoadReport): Table {
  const { counts } = total;
  const row = (name: string, sent: CountName, received: CountName) => [
    name,
    bits(bitrate(total, sent, elapsed)),
    bits(bitrate(total, received, elapsed)),
  ];

  return {
    title: 'Media, all bots together, on average',
    head: ['', 'sent', 'received'],
    rows: [
      row('sound', 'audioBytesSent', 'audioBytesReceived'),
      ...layers.map((layer) => row(`video, layer ${layer}`, `videoBytesSent${layer}`, `videoBytesReceived${layer}`)),
      ['all', bits(sumOf(total, sentBytes, elapsed)), bits(sumOf(total, receivedBytes, elapsed))],
      ['packets', String(counts.packetsSent), String(counts.packetsReceived)],
      ['packets lost for good', '', `${counts.packetsLost} of ${counts.packetsExpected}`],
      ['packets late or sent again', String(counts.packetsSentAgain), String(counts.packetsRecovered)],
      ['packets asked for (NACK)', String(counts.packetsWantedOfUs), String(counts.packetsWanted)],
      ['key frames asked for (PLI)', String(counts.keyFrameRequests), ''],
      ['reconnects after outages', `${counts.outages} outages`, `${counts.reconnects} reconnects`],
      ['chat messages, failed requests', String(counts.chatMessages), String(counts.requestsFailed)],
    ],
  };
}

function machineTables({ series, browsers, server }: LoadReport): Table[] {
  const cpu = (of: Parameters<typeof meanOf>[1]) => percent(meanOf(series, of));
  const most = (of: Parameters<typeof meanOf>[1]) =>
    highest(series.map((moment) => (moment.server ? of(moment.server) : null)));
  const memory = (value: number | null) => (value === null ? 'unknown' : bytes(value));
  const isKnown = series.some((moment) => moment.server !== null);
  const generator = series.map(({ generatorCpu }) => generatorCpu);

  return [
    {
      title: isKnown || server === 'own' ? 'Machine, while most were there' : 'Machine: nothing is known of the server',
      head: ['', 'figure'],
      rows: [
        ...(isKnown
          ? [
              ['busiest media worker, of one core', cpu(({ workers }) => highest(workers.map((worker) => worker.cpu)))],
              ['all media workers', cpu(({ workers }) => workers.reduce((sum, worker) => sum + worker.cpu, 0))],
              ['Node', cpu(({ nodeCpu }) => nodeCpu)],
              ['Node’s event loop late by, p99', ms(meanOf(series, ({ loopDelayP99 }) => loopDelayP99))],
              ['memory of Node, at most', memory(most(({ nodeBytes }) => nodeBytes))],
              [
                'memory of all media workers, at most',
                memory(most(({ workers }) => workers.reduce((sum, worker) => sum + worker.bytes, 0))),
              ],
            ]
          : []),
        ['busiest process with bots, at most', percent(highest(generator))],
      ],
    },
    ...(browsers.length > 0
      ? [
          {
            title: 'Browsers',
            head: ['', 'room', 'joined', 'pictures', 'frames/s', 'width', 'voices', 'freezes', 'loss', 'round trip'],
            rows: browsers.map((browser) => [
              browser.name,
              String(browser.room + 1),
              browser.joined ? 'yes' : 'NO',
              String(browser.pictures.moving),
              browser.pictures.framesPerSecond.toFixed(1),
              browser.pictures.width.toFixed(0),
              String(browser.voices),
              String(browser.freezes),
              percent(browser.loss),
              ms(browser.roundTrip),
            ]),
          },
        ]
      : []),
  ];
}

function sumOf(group: GroupReport, names: readonly CountName[], elapsed: number): number {
  return names.reduce((sum, name) => sum + bitrate(group, name, elapsed), 0);
}
