/** Whether the machine with the bots is what limits a load test, rather than the server. */
import { readFileSync } from 'node:fs';
import type { Moment } from './report.js';

/** Sockets of one bot: signalling, two of media, and a way that can be broken has two for each connection. */
const socketsPerBot = 3;
const socketsOfWay = 5;
/** What else a process has open. */
const otherFiles = 60;
/** Of a limit, from which on it is near. */
const near = 0.8;
/** Of one core, and milliseconds, from which on a process with bots is late with what it sends and reads. */
const busyCpu = 0.85;
const lateLoop = 50;
/** Of all moments, in which that has to be so. */
const often = 0.2;
/** Moments in a row in which it has to be so, however long the test is besides: while everybody joins, say. */
const inARow = 5;

/** Files that a process may open, as node raises it to what the system allows; `null` where that cannot be known. */
export function openFileLimit(): number | null {
  try {
    const line = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];

    return line === undefined || line === 'unlimited' ? null : Number(line);
  } catch {
    return null;
  }
}

/** @param bots of one process */
export function fileWarnings(bots: number, hasWays: boolean, limit = openFileLimit()): string[] {
  const needed = bots * (hasWays ? socketsPerBot + socketsOfWay : socketsPerBot) + otherFiles;

  return limit !== null && needed > limit * near
    ? [
        `Each process with bots needs about ${needed} open files, and may have ${limit}: raise it (ulimit -n), ` +
          'or spread the bots over more processes (--processes).',
      ]
    : [];
}

export function generatorWarnings(series: readonly Moment[]): string[] {
  const shareOf = (isSo: (moment: Moment) => boolean) => series.filter(isSo).length / Math.max(1, series.length);
  const isBusy = ({ generatorCpu }: Moment) => generatorCpu > busyCpu;
  const isLate = ({ generatorLoopDelayP99 }: Moment) => generatorLoopDelayP99 > lateLoop;
  const [busy, late] = [shareOf(isBusy), shareOf(isLate)];
  const percent = (share: number) => `${Math.round(share * 100)} %`;

  return [
    ...(busy > often || longestRun(series, isBusy) >= inARow
      ? [
          `The bots themselves were the limit: a process of theirs used more than ${percent(busyCpu)} of a core ` +
            `${percent(busy)} of the time. Join times and latency contain that. Use more cores or fewer bots.`,
        ]
      : []),
    ...(late > often || longestRun(series, isLate) >= inARow
      ? [
          `The bots themselves were late: one of their event loops was held up for more than ${lateLoop} ms ` +
            `${percent(late)} of the time. Join times and latency contain that.`,
        ]
      : []),
  ];
}

function longestRun(series: readonly Moment[], isSo: (moment: Moment) => boolean): number {
  let longest = 0;
  let run = 0;

  for (const moment of series) {
    run = isSo(moment) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }

  return longest;
}

/** What to do about refusals of a server that protects itself; nothing for other failures. */
export function refusalWarnings(failures: Readonly<Record<string, number>>): string[] {
  return Object.keys(failures).some((reason) => /rate_limited|too_many_connections|server_full|429/.test(reason))
    ? [
        'The server refused because of its limits by address and socket. For a load test, raise RATE_LIMIT_REST_REQUESTS, ' +
          'RATE_LIMIT_LOGINS, RATE_LIMIT_SOCKET_REQUESTS, RATE_LIMIT_SOCKET_BURST, ROOM_SEATS_PER_ADDRESS, RATE_LIMIT_GUESTS and, with more than a thousand bots, ' +
          'MAX_CONNECTIONS_PER_ADDRESS and RATE_LIMIT_ADDRESS_… there for as long as it takes; look at MAX_PARTICIPANTS, too.',
      ]
    : [];
}
