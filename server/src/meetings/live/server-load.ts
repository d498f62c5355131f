/** How this process and its meetings do, in the few figures that the live page shows. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { LiveLoad } from '../../live-stats/live-stats-store.js';
import { LastMinute } from './last-minute.js';
import type { MediaSample } from './media-looks.js';

/** Milliseconds between two looks of Node's own at its event loop, which are a part of what it tells. */
const RESOLUTION = 20;

export class ServerLoad {
  private readonly joins = new LastMinute();
  private readonly refusals = new LastMinute();
  private readonly packets = { incoming: new LastMinute(), outgoing: new LastMinute() };
  private readonly lost = { incoming: new LastMinute(), outgoing: new LastMinute() };
  private readonly delays = monitorEventLoopDelay({ resolution: RESOLUTION });
  private cpu = process.cpuUsage();
  private at = performance.now();

  constructor() {
    this.delays.enable();
  }

  noteJoin(): void {
    this.joins.add(1);
  }

  noteRefusal(): void {
    this.refusals.add(1);
  }

  noteMedia(sample: MediaSample): void {
    for (const direction of ['incoming', 'outgoing'] as const) {
      const { audio, video } = sample[direction];
      this.packets[direction].add(audio.packets + video.packets);
      this.lost[direction].add(audio.lost + video.lost);
    }
  }

  /** What was since it was measured before, or in the last minute. */
  measure(): LiveLoad {
    const [before, since] = [this.cpu, this.at];
    this.cpu = process.cpuUsage();
    this.at = performance.now();
    const used = this.cpu.user - before.user + this.cpu.system - before.system;
    const delay = Math.max(0, this.delays.percentile(99) / 1e6 - RESOLUTION);
    this.delays.reset();

    return {
      cpu: Math.max(0, used / 1000 / Math.max(1, this.at - since)),
      eventLoopDelay: Number.isFinite(delay) ? delay : 0,
      joins: this.joins.sum,
      refusals: this.refusals.sum,
      incomingLoss: this.lossOf('incoming'),
      outgoingLoss: this.lossOf('outgoing'),
    };
  }

  close(): void {
    this.delays.disable();
  }

  private lossOf(direction: 'incoming' | 'outgoing'): number {
    const packets = this.packets[direction].sum;

    return packets === 0 ? 0 : Math.min(1, this.lost[direction].sum / packets);
  }
}
