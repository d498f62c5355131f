/** How busy the server is: measured directly where it is the load test's own, otherwise read from its metrics. */
import { residentBytes, type ExaminedServer } from '../examined-server.js';

/** Shares of one core since the sample before, milliseconds and bytes. */
export interface ServerSample {
  nodeCpu: number;
  nodeBytes: number;
  loopDelayP99: number;
  workers: { cpu: number; bytes: number }[];
}

/** What a server has used so far. */
interface Usage {
  /** Seconds. */
  at: number;
  nodeCpuSeconds: number;
  nodeBytes: number;
  loopDelayP99: number;
  /** `id` is of a process, or of its place. */
  workers: { id: string; cpuSeconds: number; bytes: number }[];
}

/** Milliseconds that prom-client's histogram of lag waits between two looks, and counts as lag. */
const lagResolution = 10;
/** Milliseconds in which metrics have to come. */
const metricsLimit = 5000;

export class ServerWatch {
  private before: Usage | null = null;

  private constructor(private readonly read: () => Promise<Usage>) {}

  static ofOwn(server: ExaminedServer): ServerWatch {
    return new ServerWatch(async () => {
      const { workers, ...node } = await server.ask('load');

      return {
        at: performance.now() / 1000,
        ...node,
        workers: await Promise.all(
          workers.map(async ({ pid, cpuSeconds }) => ({
            id: String(pid),
            cpuSeconds,
            bytes: await residentBytes(pid),
          })),
        ),
      };
    });
  }

  /** @param token of METRICS_TOKEN, where the server has one */
  static ofMetrics(url: string, token?: string): ServerWatch {
    return new ServerWatch(async () => {
      const answer = await fetch(url, {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(metricsLimit),
      });

      if (!answer.ok) {
        throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
      }

      return usageIn(await answer.text());
    });
  }

  /** Since the last one; `null` for the first. Rejects when the server does not answer. */
  async sample(): Promise<ServerSample | null> {
    const { before } = this;
    const usage = await this.read();
    this.before = usage;

    if (!before || usage.at <= before.at) {
      return null;
    }

    const elapsed = usage.at - before.at;
    const earlier = new Map(before.workers.map(({ id, cpuSeconds }) => [id, cpuSeconds]));

    return {
      nodeCpu: (usage.nodeCpuSeconds - before.nodeCpuSeconds) / elapsed,
      nodeBytes: usage.nodeBytes,
      loopDelayP99: usage.loopDelayP99,
      // One that was started meanwhile has used all that it has since then.
      workers: usage.workers.map(({ id, cpuSeconds, bytes }) => ({
        cpu: Math.max(0, cpuSeconds - (earlier.get(id) ?? 0)) / elapsed,
        bytes,
      })),
    };
  }
}

/** What the server's metrics tell, in Prometheus' text format. Throws where they are those of something else. */
export function usageIn(text: string, at = performance.now() / 1000): Usage {
  const one = (name: string) => {
    const [value] = valuesOf(text, name);

    if (!value) {
      throw new Error(`these are not the metrics of a MiniMeet server: there is no ${name}`);
    }

    return value.value;
  };
  const memory = new Map(valuesOf(text, 'minimeet_worker_memory_bytes').map(({ labels, value }) => [labels, value]));

  return {
    at,
    nodeCpuSeconds: one('process_cpu_seconds_total'),
    nodeBytes: one('process_resident_memory_bytes'),
    loopDelayP99: Math.max(0, one('nodejs_eventloop_lag_p99_seconds') * 1000 - lagResolution),
    workers: valuesOf(text, 'minimeet_worker_cpu_seconds_total').map(({ labels, value }) => ({
      id: labels,
      cpuSeconds: value,
      bytes: memory.get(labels) ?? 0,
    })),
  };
}

function valuesOf(text: string, name: string): { labels: string; value: number }[] {
  return [...text.matchAll(new RegExp(`^${name}(\\{[^}]*\\})? (\\S+)`, 'gm'))].map(([, labels = '', value]) => ({
    labels,
    value: Number(value),
  }));
}
