/** Tells the live statistics what this server, its workers and its meetings are like now. */
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Cluster } from '../../cluster/cluster.js';
import { within } from '../../common/within.js';
import { LiveStatsStore, type LiveLoad, type LiveMeeting, type LiveWorker } from '../../live-stats/live-stats-store.js';
import { WorkerLoadMeter } from '../../media/worker-load.js';
import { WorkerPool } from '../../media/worker-pool.js';
import { MediaSampler } from './media-sampler.js';
import type { Meeting } from '../meeting.js';
import { Meetings } from '../meetings.js';
import { ServerLoad } from './server-load.js';

/** Milliseconds between two measurements; three of them fit into the time for which figures count. */
const INTERVAL = 5000;
/** Milliseconds after which figures are told as they are known, where a worker does not answer. */
const PATIENCE = 3000;

@Injectable()
export class LiveReporter implements OnModuleInit, BeforeApplicationShutdown {
  private readonly followed = new Set<Meeting>();
  /** What is to be told of next: changes of one moment, and those that come while earlier ones are told, go together. */
  private readonly changed = new Set<Meeting>();
  private ended: { id: string; roomId: string }[] = [];
  private telling = false;

  private workers: LiveWorker[] = [];
  private readonly workerLoad = new WorkerLoadMeter();
  private readonly serverLoad = new ServerLoad();
  private load: LiveLoad | undefined;
  private timer: NodeJS.Timeout | undefined;
  private measuring: Promise<void> | null = null;
  private stopped = false;
  private shared = true;

  constructor(
    private readonly meetings: Meetings,
    private readonly sampler: MediaSampler,
    private readonly workerPool: WorkerPool,
    private readonly liveStats: LiveStatsStore,
    private readonly cluster: Cluster,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(LiveReporter.name);
  }

  onModuleInit(): void {
    this.meetings.on('meeting_began', (meeting) => this.follow(meeting));
    this.meetings.on('refused', () => this.serverLoad.noteRefusal());
    this.sampler.on('sampled', (sample) => this.serverLoad.noteMedia(sample));
    this.cluster.on('reunited', () => void this.report());
    this.timer = setInterval(() => void this.reportAnew(), INTERVAL);
    this.timer.unref();
    void this.reportAnew();
  }

  /** The meetings have ended by then, and the server vanishes from the figures with them. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    this.serverLoad.close();
    await this.share(this.liveStats.withdraw(this.cluster.self.id));
  }

  private follow(meeting: Meeting): void {
    this.followed.add(meeting);

    meeting.on('participant_joined', () => this.serverLoad.noteJoin());
    meeting.on('changed', () => {
      this.changed.add(meeting);
      void this.tellChanges();
    });
    meeting.once('ended', () => {
      this.followed.delete(meeting);
      this.changed.delete(meeting);
      this.ended.push({ id: meeting.id, roomId: meeting.room.id });
      void this.tellChanges();
    });
  }

  /** One after the other, so that a rush of arrivals becomes a few writes. */
  private async tellChanges(): Promise<void> {
    if (this.telling) {
      return;
    }

    this.telling = true;

    while ((this.changed.size > 0 || this.ended.length > 0) && !this.stopped) {
      const meetings = [...this.changed].map((meeting) => this.describe(meeting));
      const { ended } = this;
      this.changed.clear();
      this.ended = [];
      await this.share(this.liveStats.change(this.cluster.self.id, { meetings, ended }));
    }

    this.telling = false;
  }

  /** Figures that are not told expire. So a worker that hangs must not hold up those of the others. */
  private async reportAnew(): Promise<void> {
    this.load = this.serverLoad.measure();
    await within(PATIENCE, this.measure()).catch(() => undefined);
    await this.report();
  }

  /** Goes on where it takes longer than one waits for it. */
  private measure(): Promise<void> {
    this.measuring ??= this.measureAll().finally(() => (this.measuring = null));

    return this.measuring;
  }

  private async measureAll(): Promise<void> {
    this.workers = this.workerLoad.measure(await this.workerPool.usage());
  }

  private async report(): Promise<void> {
    if (this.stopped) {
      return;
    }

    const meetings = [...this.followed].map((meeting) => this.describe(meeting));
    await this.share(this.liveStats.report({ ...this.cluster.self, workers: this.workers, load: this.load }, meetings));
  }

  private describe(meeting: Meeting): LiveMeeting {
    const bitrates = this.sampler.bitratesOf(meeting);
    return {
      id: meeting.id,
      serverId: this.cluster.self.id,
      roomId: meeting.room.id,
      beganAt: meeting.beganAt,
      producers: meeting.figures.producers,
      consumers: meeting.figures.consumers,
      participants: [...meeting.participants.values()].map(({ id, identity: { userId, displayName } }) => ({
        id,
        userId,
        displayName,
      })),
      incomingBitrate: bitrates.incoming,
      outgoingBitrate: bitrates.outgoing,
    };
  }

  /** What cannot be told now is told with the next report. */
  private async share(told: Promise<void>): Promise<void> {
    try {
      await told;
      this.shared = true;
    } catch (error) {
      if (this.shared && !this.stopped) {
        this.logger.warn({ error: String(error) }, 'other servers do not see the live statistics of this one for now');
      }
      this.shared = false;
    }
  }
}
