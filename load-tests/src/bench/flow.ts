/** How much flows while nothing changes, and what it takes of each processor. */
import { setTimeout as delay } from 'node:timers/promises';
import type { BotMedia } from '../bot-media.js';
import type { Sent } from '../examined-server.js';
import { until } from '../waiting.js';

/** Over some seconds, in each of them where nothing else is said. */
export interface Flow {
  /** That arrived or were lost. */
  packets: number;
  /** Of what arrived. */
  videoPackets: number;
  /** What the server says that it sent, as RTP. */
  bitrate: number;
  /** Of all packets, 0 to 1. */
  lost: number;
  /** Of one core: the media worker, the server's node, and the bots. */
  workerCpu: number;
  nodeCpu: number;
  generator: number;
}

interface Source {
  everyone: readonly BotMedia[];
  sent(): Promise<Sent>;
}

/** Bots run in one thread, so where they use as much of a core, what is measured is the bots. */
export const generatorIsFull = 0.92;

/**
 * What flows has settled when two looks in a row, milliseconds apart, differ by no more than this share, and by so many packets of each:
 * a frame may fall on either side.
 */
const steady = { apart: 1000, difference: 0.03, ofEach: 3, looks: 40 };

export async function measureFlow({ everyone, sent }: Source, seconds: number): Promise<Flow> {
  const look = async () => ({ here: { ...arrived(everyone), at: performance.now() }, there: await sent() });
  const before = await look();
  const used = process.cpuUsage();
  const began = performance.now();
  await delay(seconds * 1000);
  const generator = cpuShare(used, began);
  const after = await look();
  // Each side by its own clock: a server that is full takes a while to answer.
  const here = (name: 'packets' | 'video' | 'lost') =>
    ((after.here[name] - before.here[name]) / (after.here.at - before.here.at)) * 1000;
  const there = (name: 'rtpBytes' | 'cpuSeconds' | 'nodeCpuSeconds') =>
    ((after.there[name] - before.there[name]) / (after.there.at - before.there.at)) * 1000;
  const lost = Math.max(0, here('lost'));
  const packets = here('packets') + lost;

  return {
    packets,
    videoPackets: here('video'),
    bitrate: there('rtpBytes') * 8,
    lost: packets > 0 ? lost / packets : 0,
    workerCpu: there('cpuSeconds'),
    nodeCpu: there('nodeCpuSeconds'),
    generator,
  };
}

/** Of one core, what this process has used since then: at `began`, as performance.now() tells, it had used `used`. */
export function cpuShare(used: NodeJS.CpuUsage, began: number): number {
  const { user, system } = process.cpuUsage(used);

  return (user + system) / 1000 / (performance.now() - began);
}

/** Consumers are made, layers are chosen, and senders stop what nobody wants: that takes some seconds. Rejects where it does not end. */
export async function becomesSteady(everyone: readonly BotMedia[], { apart = steady.apart } = {}): Promise<void> {
  let before = NaN;

  for (let look = 0; look < steady.looks; look++) {
    const { packets } = arrived(everyone);
    await delay(apart);
    const now = arrived(everyone).packets - packets;

    if (now > 0 && Math.abs(now - before) <= steady.difference * now + steady.ofEach * everyone.length) {
      return;
    }

    before = now;
  }

  throw new Error('what flows did not become steady; the machine may have too much to do');
}

/** Waits until something of so many streams has come to each. Rejects where that takes too long. */
export async function allFlow(receivers: readonly BotMedia[], streams: number): Promise<void> {
  const flowing = ({ incoming }: BotMedia) => [...incoming.values()].filter(({ packets }) => packets > 0).length;
  await until(`${streams} streams flow to each of ${receivers.length}`, () =>
    receivers.every((receiver) => flowing(receiver) >= streams),
  );
}

/** Over all of them, since they began. */
export function arrived(everyone: readonly BotMedia[]) {
  const total = { packets: 0, video: 0, lost: 0, undecipherable: 0 };

  for (const { figures, incoming } of everyone) {
    total.packets += figures.received.packets;
    total.video += figures.received.video;
    total.undecipherable += figures.undecipherable;
    incoming.forEach(({ lost }) => (total.lost += lost));
  }

  return total;
}
