/** A process with bots, as the load test sees it. */
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Assignment, FinalReport, FromGenerator, RoomTracks, Tick, ToGenerator } from './generator-messages.js';

/** Milliseconds in which bots have left, or are left behind. */
const stopLimit = 60_000;

type News = { [Name in FromGenerator['news']]: [Extract<FromGenerator, { news: Name }>] };

export class Generator {
  private readonly events = new EventEmitter<News & { gone: [] }>();
  /** Rejects when the process ends although nobody told it to. */
  private readonly gone: Promise<never>;
  /** What it told last; `null` before that. */
  lastTick: Tick | null = null;

  static async start(): Promise<Generator> {
    const child = fork(fileURLToPath(new URL('../../dist/load/generator-process.js', import.meta.url)), {
      execArgv: ['--enable-source-maps'],
      // Ctrl-C in a terminal shall reach the parent alone, which ends this one in good order.
      detached: true,
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    const generator = new Generator(child);
    await generator.hear('ready');

    return generator;
  }

  private constructor(private readonly child: ChildProcess) {
    this.gone = once(child, 'exit').then(() => {
      throw new Error('a process with bots has ended');
    });
    this.gone.catch(() => undefined);
    child.on('message', (message: FromGenerator) => {
      if (message.news === 'tick') {
        this.lastTick = message.tick;
      }

      (this.events as EventEmitter).emit(message.news, message);
    });
    // Without a listener, a message that cannot be delivered would be an uncaught error; that it is gone is told above.
    child.on('error', () => undefined);
  }

  /** Resolves once every bot has joined, or could not. */
  async fill(assignment: Assignment): Promise<void> {
    const complete = this.hear('complete');
    this.tell({ order: 'start', assignment });
    await complete;
  }

  async settle(): Promise<{ present: number[]; tracks: RoomTracks[] }> {
    const settled = this.hear('settled');
    this.tell({ order: 'settle' });

    return settled;
  }

  /** All bots leave. */
  async stop(): Promise<FinalReport> {
    const stopped = this.hear('stopped', stopLimit);
    this.tell({ order: 'stop' });
    const { report } = await stopped;

    return report;
  }

  /** Ends the process; bots that are there break off. */
  async end(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await ended;
    }
  }

  private async hear<Name extends FromGenerator['news']>(
    name: Name,
    limit?: number,
  ): Promise<Extract<FromGenerator, { news: Name }>> {
    const signal = limit === undefined ? undefined : AbortSignal.timeout(limit);
    const heard = once(this.events, name, { signal }) as Promise<[Extract<FromGenerator, { news: Name }>]>;

    return (await Promise.race([heard, this.gone]))[0];
  }

  private tell(message: ToGenerator): void {
    this.child.send(message, () => undefined);
  }
}
