/** A load test's report as one page, which needs nothing but itself. */
import { escapeText, lineChart, type Chart } from './line-chart.js';
import { highest, type LoadReport, type Moment } from './report.js';
import { bytes, tablesOf, verdictText, type Table } from './show.js';
import { measuredLine } from './text-report.js';

const style = `
:root { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; }
body { max-width: 1180px; margin: 2rem auto; padding: 0 1rem; }
.passed { color: #2b8a3e; } .failed { color: #c92a2a; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); gap: 1rem; }
svg { width: 100%; border: 1px solid #8884; border-radius: 6px; }
svg text { fill: currentColor; } svg .title { font-size: 13px; font-weight: 600; } svg .axis { font-size: 11px; }
svg .grid { stroke: #8884; stroke-width: 1; }
/* On a phone, a wide table scrolls, and the page does not. */
.table { overflow-x: auto; max-width: 100%; }
h1, p { overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: 0.5rem 0 1.5rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.2rem 0.7rem; text-align: right; border-bottom: 1px solid #8884; }
th:first-child, td:first-child { text-align: left; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; } .warning { border-left: 4px solid #e8590c; padding-left: 0.7rem; }`;

export function htmlReport(report: LoadReport): string {
  const { name, plan, startedAt, elapsed, machine, processes, server, total, verdicts, warnings, passed } = report;
  const { succeeded, tried } = total.joined;

  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>MiniMeet load test: ${escapeText(name)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeText(name)}: <span class="${passed ? 'passed' : 'failed'}">${passed ? 'passed' : 'failed'}</span></h1>
<p>${escapeText(plan.description)}</p>
<p>joined ${succeeded}/${tried} · ${plan.rooms} rooms of ${plan.participants} · ${elapsed.toFixed(0)} s from ${escapeText(startedAt)} ·
${processes} processes with bots on ${escapeText(machine.cpu)}, ${machine.cores} cores, ${bytes(machine.memoryBytes)};
${escapeText(measuredLine(report))}; the server ${server === 'own' ? 'shares this machine' : 'is elsewhere'}</p>
${warnings.map((warning) => `<p class="warning">${escapeText(warning)}</p>`).join('\n')}
${verdicts.length > 0 ? `<pre>${verdicts.map((verdict) => escapeText(verdictText(verdict))).join('\n')}</pre>` : ''}
<div class="charts">
${chartsOf(report.series).map(lineChart).join('\n')}
</div>
${tablesOf(report).map(htmlTable).join('\n')}
<details><summary>Plan</summary><pre>${escapeText(JSON.stringify(plan, null, 2))}</pre></details>
</body>
</html>
`;
}

function chartsOf(series: readonly Moment[]): Chart[] {
  const line = (name: string, value: (moment: Moment) => number | null) => ({
    name,
    points: series.map((moment) => ({ at: moment.at, value: value(moment) })),
  });
  const ofServer = (value: (server: NonNullable<Moment['server']>) => number | null) => (moment: Moment) =>
    moment.server ? value(moment.server) : null;

  return [
    { title: 'Participants', unit: 'there', lines: [line('bots', ({ present }) => present)] },
    {
      title: 'Bitrate',
      unit: 'Mbit/s',
      lines: [
        line('sent', ({ sentBitsPerSecond }) => sentBitsPerSecond / 1e6),
        line('received', ({ receivedBitsPerSecond }) => receivedBitsPerSecond / 1e6),
      ],
    },
    {
      title: 'Latency, bot to bot',
      unit: 'ms',
      lines: [line('p50', ({ latencyP50 }) => latencyP50), line('p99', ({ latencyP99 }) => latencyP99)],
    },
    { title: 'Loss', unit: '% of packets', lines: [line('loss', ({ loss }) => loss * 100)] },
    {
      title: 'Processor',
      unit: '% of one core',
      lines: [
        line(
          'busiest worker',
          ofServer(({ workers }) => (highest(workers.map(({ cpu }) => cpu)) ?? 0) * 100),
        ),
        line(
          'Node',
          ofServer(({ nodeCpu }) => nodeCpu * 100),
        ),
        line('bots', ({ generatorCpu }) => generatorCpu * 100),
      ],
    },
    {
      title: 'Event loops late by, p99',
      unit: 'ms',
      lines: [
        line(
          'server',
          ofServer(({ loopDelayP99 }) => loopDelayP99),
        ),
        line('bots', ({ generatorLoopDelayP99 }) => generatorLoopDelayP99),
      ],
    },
    {
      title: 'Memory',
      unit: 'MB',
      lines: [
        line(
          'Node',
          ofServer(({ nodeBytes }) => nodeBytes / 1e6),
        ),
        line(
          'workers',
          ofServer(({ workers }) => workers.reduce((sum, worker) => sum + worker.bytes, 0) / 1e6),
        ),
      ],
    },
    {
      title: 'Packets received',
      unit: 'per second',
      lines: [line('packets', ({ packetsPerSecond }) => packetsPerSecond)],
    },
  ];
}

function htmlTable({ title, head, rows }: Table): string {
  const cells = (row: string[], tag: 'td' | 'th') => row.map((cell) => `<${tag}>${escapeText(cell)}</${tag}>`).join('');

  return `<h2>${escapeText(title)}</h2>
<div class="table" tabindex="0" role="region" aria-label="${escapeText(title)}"><table><thead><tr>${cells(head, 'th')}</tr></thead>
<tbody>${rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n')}</tbody></table></div>`;
}
