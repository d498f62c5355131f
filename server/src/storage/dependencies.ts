/** What this server depends on, and whether it answers: databases register here, health reads it. */
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { reasonOf } from './reason-of.js';

/** Milliseconds within which a probe answers, or the dependency counts as down. */
const PROBE_LIMIT = 2000;
/** Milliseconds between probes of a dependency that is down. */
const PROBE_INTERVAL = 1000;

export interface Dependency {
  /** In the words of the settings: `mysql`, `sqlite`, `mongodb`, `redis`. */
  name: string;
  /** Whether the server cannot hold meetings without it. */
  required: boolean;
  /** Asks it for something small, and rejects where it does not answer. */
  probe(): Promise<unknown>;
}

export interface DependencyState extends Pick<Dependency, 'name' | 'required'> {
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
export class Dependencies implements OnApplicationShutdown {
  private readonly watched = new Map<string, Watched>();
  private readonly closed = new AbortController();

  constructor(private readonly logger: PinoLogger) {
    logger.setContext(Dependencies.name);
  }

  /** From now on `check` probes it. It counts as up, since who registers it has just reached it. */
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
    return [...this.watched.values()].map(({ name, up, required }) => ({ name, up, required }));
  }

  /** Probes all of them at once, in bounded time. */
  check(): Promise<DependencyState[]> {
    return Promise.all(
      [...this.watched.values()].map(async (dependency) => {
        const up = await this.look(dependency);
        if (!up) {
          this.noteFailure(dependency.name);
        }
        return { name: dependency.name, up, required: dependency.required };
      }),
    );
  }

  onApplicationShutdown(): void {
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
    const limit = timeLimit();
    try {
      await Promise.race([dependency.probe(), limit.exceeded]);
      dependency.up = true;
      if (!up) {
        this.logger.info({ dependency: name }, `${name} answers again`);
      }
    } catch (error) {
      dependency.up = false;
      if (up && !this.closed.signal.aborted) {
        this.logger.warn({ dependency: name }, `${name} does not answer: ${reasonOf(error)}`);
      }
    } finally {
      limit.clear();
    }
    return dependency.up;
  }
}

function timeLimit(): { exceeded: Promise<never>; clear(): void } {
  let timer: NodeJS.Timeout;
  const exceeded = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PROBE_LIMIT} ms`)), PROBE_LIMIT).unref();
  });

  return { exceeded, clear: () => clearTimeout(timer) };
}
