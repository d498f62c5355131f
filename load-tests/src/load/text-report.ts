/** A load test's report for a terminal, and the line that is shown while it runs. */
import type { LoadReport, Moment } from './report.js';
import type { Phase } from './series.js';
import { bits, ms, percent, tablesOf, verdictText, type Table } from './show.js';

export function textReport(report: LoadReport): string {
  const { name, plan, total, failures, verdicts, warnings, passed } = report;
  const reasons = Object.entries(failures).map(([reason, count]) => `${reason} (${count})`);

  return [
    `${name}: ${plan.rooms} x ${plan.participants} participants, ${plan.publishers ?? plan.participants} of each room publish`,
    measuredLine(report),
    ...tablesOf(report).map(textTable),
    `joined ${total.joined.succeeded}/${total.joined.tried}${reasons.length > 0 ? `; not: ${reasons.join(', ')}` : ''}`,
    ...verdicts.map(verdictText),
    ...(total.counts.undecipherable > 0 ? [`FAIL ${total.counts.undecipherable} packets could not be decrypted`] : []),
    ...warnings.map((warning) => `WARNING ${warning}`),
    passed ? 'passed' : 'FAILED',
  ].join('\n');
}

/** What was measured, and with what. */
export function measuredLine({ target, tool }: LoadReport): string {
  return `MiniMeet ${target.version ?? 'of an unknown version'} at ${target.url}, by bots of version ${tool.version} on Node ${tool.node}`;
}

/** Columns side by side: words to the left, figures to the right. */
export function textTable({ title, head, rows }: Table): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (row: string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();

  return ['', title, line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line), ''].join('\n');
}

const phases: Record<Phase, string> = {
  joining: 'joining',
  meeting: 'meeting',
  looking: 'looking what flows',
  leaving: 'leaving',
};
/** Of so many moments one is written where lines cannot be written over. */
const lineEvery = 5;

/** Writes how far a test is: one line that is written over in a terminal, elsewhere a line every few seconds. */
export class Progress {
  private moments = 0;
  private isShown = false;

  /** @param seats of the plan */
  constructor(
    private readonly output: NodeJS.WriteStream,
    private readonly seats: number,
  ) {}

  show(moment: Moment, phase: Phase): void {
    if (this.output.isTTY) {
      this.output.write(`\r\u001b[K${progressLine(moment, phase, this.seats).slice(0, this.output.columns - 1)}`);
      this.isShown = true;
    } else if (this.moments++ % lineEvery === 0) {
      this.output.write(`${progressLine(moment, phase, this.seats)}\n`);
    }
  }

  end(): void {
    if (this.isShown) {
      this.output.write('\n');
    }
  }
}

export function progressLine(moment: Moment, phase: Phase, seats: number): string {
  const { at, present, sentBitsPerSecond, receivedBitsPerSecond, loss, latencyP50, latencyP99, server } = moment;
  const busiest = Math.max(0, ...(server?.workers.map(({ cpu }) => cpu) ?? []));

  return [
    `${at.toFixed(0).padStart(4)} s ${phases[phase]}`,
    `${present}/${seats} there`,
    `${bits(sentBitsPerSecond)} sent, ${bits(receivedBitsPerSecond)} received`,
    `loss ${percent(loss)}`,
    `latency ${ms(latencyP50)} / ${ms(latencyP99)}`,
    ...(server ? [`worker ${percent(busiest)}, node ${percent(server.nodeCpu)}`] : []),
    `bots ${percent(moment.generatorCpu)}`,
  ].join(' · ');
}
