/** What this server depends on, and whether it answers: databases register here, health reads it. */
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { reasonOf } from './reason-of.js';

/** Milliseconds within which a probe answers, or the next one does, or the dependency counts as down. */
const PROBE_LIMIT = 2000;
/** Milliseconds between probes of a dependency that is down. */
const PROBE_INTERVAL = 1000;
/** Milliseconds between probes of those that are up: nobody who asks for their state waits for one. */
const CHECK_INTERVAL = 2000;

export interface Dependency {
  /** In the words of the settings: `mysql`, `sqlite`, `mongodb`, `redis`, `data_dir`. */
  name: string;
  /** Whether no meeting can begin without it. */
  required: boolean;
  /** Whether it belongs to this server alone. One that all servers share is missing on each of them when it is missing. */
  local?: boolean;
  /** Asks it for something small, and rejects where it does not answer. */
  probe(): Promise<unknown>;
}

export interface DependencyState extends Pick<Dependency, 'name' | 'required'> {
  local: boolean;
  up: boolean;
}

interface Watched extends Dependency {
  up: boolean;
  /** The probe that is under way; who asks meanwhile gets its answer. */
  looking: Promise<boolean> | null;
  /** Whether it is being probed until it is back. */
  awaited: boolean;
}

/** Logs one line when a dependency goes and one when it is back, however many requests fail in between. */
@Injectable()
export class Dependencies
  extends EventEmitter<{ /** It answers again. */ returned: [name: string] }>
  implements OnModuleInit, BeforeApplicationShutdown
{
  private timer: NodeJS.Timeout | undefined;
  private readonly watched = new Map<string, Watched>();
  private readonly closed = new AbortController();

  constructor(private readonly logger: PinoLogger) {
    super();
    logger.setContext(Dependencies.name);
  }

  onModuleInit(): void {
    this.timer = setInterval(() => void this.check(), CHECK_INTERVAL).unref();
  }

  /** From now on it is probed all the time. It counts as up, since who registers it has just reached it. */
  register(dependency: Dependency): void {
    this.watched.set(dependency.name, { ...dependency, up: true, looking: null, awaited: false });
  }

  /** Who uses a dependency says here that it failed; whether it is down is then found out, and when it is back. */
  noteFailure(name: string): void {
    const dependency = this.watched.get(name);
    if (dependency && !dependency.awaited && !this.closed.signal.aborted) {
      void this.awaitReturn(dependency);
    }
  }

  /** As they were when they were heard of last; nobody is asked. */
  get known(): DependencyState[] {
    return [...this.watched.values()].map(({ name, up, required, local = false }) => ({ name, up, required, local }));
  }

  /** Whether it was down when it was heard of last. */
  isDown(name: string): boolean {
    return this.watched.get(name)?.up === false;
  }

  /** Probes all of them at once, in bounded time. */
  async check(): Promise<DependencyState[]> {
    await Promise.all(
      [...this.watched.values()].map(async (dependency) => {
        if (!dependency.awaited && !(await this.look(dependency))) {
          this.noteFailure(dependency.name);
        }
      }),
    );

    return this.known;
  }

  /** Before any of them is closed: what is closed on purpose is not away. */
  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
    this.closed.abort();
  }

  private async awaitReturn(dependency: Watched): Promise<void> {
    dependency.awaited = true;
    while (!(await this.look(dependency)) && !this.closed.signal.aborted) {
      await delay(PROBE_INTERVAL, undefined, { ref: false, signal: this.closed.signal }).catch(() => undefined);
    }
    dependency.awaited = false;
  }

  private look(dependency: Watched): Promise<boolean> {
    dependency.looking ??= this.probe(dependency).finally(() => (dependency.looking = null));
    return dependency.looking;
  }

  private async probe(dependency: Watched): Promise<boolean> {
    const { name, up } = dependency;
    try {
      // Where this server itself was short of time, the second answer comes at once.
      await answer(dependency).catch((error: unknown) =>
        up && isSlow(error) ? answer(dependency) : Promise.reject(error),
      );
      dependency.up = true;
      if (!up) {
        this.logger.info({ dependency: name }, `${name} answers again`);
        this.emit('returned', name);
      }
    } catch (error) {
      dependency.up = false;
      if (up && !this.closed.signal.aborted) {
        this.logger.warn({ dependency: name }, `${name} does not answer: ${reasonOf(error)}`);
      }
    }
    return dependency.up;
  }
}

class SlowAnswer extends Error {}

const isSlow = (error: unknown) => error instanceof SlowAnswer;

/** @throws what the probe does, or SlowAnswer */
async function answer(dependency: Dependency): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const exceeded = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new SlowAnswer(`no answer within ${PROBE_LIMIT} ms`)), PROBE_LIMIT).unref();
  });

  try {
    await Promise.race([dependency.probe(), exceeded]);
  } finally {
    clearTimeout(timer);
  }
}
