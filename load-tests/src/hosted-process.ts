/** A program of the load tests in a process of its own, which its parent asks questions: both ends of the channel between them. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Milliseconds that an answer may take, generous for a machine that is kept busy on purpose. */
const answerLimit = 60_000;
/** Milliseconds that the process may take to end, a little more than a server gives itself. */
const stopLimit = 15_000;

/** Methods that are called across the channel, so what they take and give is plain. */
type Questions<Interface> = { [Name in keyof Interface]: (...parameters: never[]) => Promise<unknown> };
type Call = { id: number; question: string; parameters: unknown[] };
type Answer = { id: number; result: unknown } | { id: number; error: string };

export interface HostedProcessOptions {
  /** By their names; nothing else of the parent's environment reaches it. */
  environment?: Record<string, string | undefined>;
  nodeOptions?: string[];
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

export class HostedProcess<Interface extends Questions<Interface>, Greeting = null> {
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;

  private constructor(
    private readonly child: ChildProcess,
    /** What it said when it was ready. */
    readonly greeting: Greeting,
  ) {
    child.on('message', (message: Answer) => {
      const { id } = message;
      this.settle(id, (waiting) =>
        'error' in message ? waiting.reject(new Error(message.error)) : waiting.resolve(message.result),
      );
    });
    child.on('exit', () => {
      for (const id of this.waiting.keys()) {
        this.settle(id, ({ reject }) => reject(new Error('the process has ended')));
      }
    });
  }

  /**
   * Resolves when the program is ready. Rejects when it ends before.
   *
   * @param program what was compiled, below `dist`
   */
  static async start<Interface extends Questions<Interface>, Greeting = null>(
    program: string,
    { environment = {}, nodeOptions = [] }: HostedProcessOptions = {},
  ): Promise<HostedProcess<Interface, Greeting>> {
    const child = fork(fileURLToPath(new URL(`../dist/${program}`, import.meta.url)), {
      execArgv: ['--enable-source-maps', ...nodeOptions],
      // Ctrl-C in a terminal shall reach the parent alone, which ends this one in good order.
      detached: true,
      // What it logs is no part of a report.
      stdio: ['ignore', 2, 2, 'ipc'],
      env: { PATH: process.env.PATH, MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN, ...environment },
    });

    try {
      const [message] = (await Promise.race([
        once(child, 'message'),
        once(child, 'exit').then(() => Promise.reject(new Error(`${program} ended while it was starting`))),
      ])) as [{ greeting: Greeting }];

      return new HostedProcess<Interface, Greeting>(child, message.greeting);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Rejects with what went wrong there, when it takes too long, or when the process has ended. */
  readonly ask = <Name extends keyof Interface & string>(
    question: Name,
    ...parameters: Parameters<Interface[Name]>
  ): Promise<Awaited<ReturnType<Interface[Name]>>> => {
    const id = ++this.lastId;

    return new Promise<unknown>((resolve, reject) => {
      const fail = (error: Error) => this.settle(id, () => reject(error));
      const timer = setTimeout(() => fail(new Error(`no answer: ${question}`)), answerLimit);
      this.waiting.set(id, { resolve, reject, timer });
      // A channel that is closed already tells so here.
      this.child.send({ id, question, parameters } satisfies Call, (error) => error && fail(error));
    }) as Promise<Awaited<ReturnType<Interface[Name]>>>;
  };

  /** Ends it in good order, by force where it takes too long. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      const impatience = setTimeout(() => this.child.kill('SIGKILL'), stopLimit);

      if (this.child.connected) {
        this.child.disconnect();
      }

      await ended;
      clearTimeout(impatience);
    }
  }

  private settle(id: number, conclude: (waiting: Waiting) => void): void {
    const waiting = this.waiting.get(id);

    if (waiting) {
      clearTimeout(waiting.timer);
      this.waiting.delete(id);
      conclude(waiting);
    }
  }
}

/**
 * The other end: answers the parent from now on, and ends when it is gone.
 *
 * @param greeting what the parent is told at once
 * @param end called when the parent wants it to end, or is gone; then the process exits
 */
export function serveParent<Interface extends Questions<Interface>>(
  answers: Interface,
  greeting: unknown = null,
  end: () => Promise<void> = async () => undefined,
): void {
  process.on('message', ({ id, question, parameters }: Call) => {
    answers[question as keyof Interface](...(parameters as never[])).then(
      (result) => tell({ id, result }),
      (error: unknown) => tell({ id, error: String(error) }),
    );
  });
  process.on('disconnect', () => void end().finally(() => process.exit(0)));
  tell({ greeting });
}

/** The parent may be gone. */
function tell(message: object): void {
  process.send?.(message, undefined, undefined, () => undefined);
}
