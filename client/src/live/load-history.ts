/** What the live page remembers of the workers' load: the last minutes, for as long as the page is open. */
import type { Live } from '@minimeet/protocol';

export interface Load {
  /** Milliseconds since 1970. */
  at: number;
  /** Share of one core, 0 to 1. */
  cpu: number;
}

/** By worker, oldest first. */
export type LoadHistory = ReadonlyMap<string, readonly Load[]>;

/** Milliseconds that are kept. */
export const keptHistory = 5 * 60_000;

/** Names a worker among those of all servers; process ids repeat from machine to machine. */
export const workerKey = (serverId: string, pid: number) => `${serverId}/${pid}`;

/** The history with the figures of `at` added, and without what is too old and workers that are gone. */
export function withLoads(history: LoadHistory, { servers }: Pick<Live, 'servers'>, at: number): LoadHistory {
  return new Map(
    servers.flatMap(({ id, workers }) =>
      workers.map(({ pid, cpu }) => {
        const key = workerKey(id, pid);
        const kept = (history.get(key) ?? []).filter((load) => load.at > at - keptHistory && load.at < at);
        return [key, [...kept, { at, cpu }]] as const;
      }),
    ),
  );
}
