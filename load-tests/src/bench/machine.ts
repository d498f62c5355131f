/** The machine on which something was measured, as it describes itself. */
import { cpus, release, totalmem, type as systemType } from 'node:os';
import { version as workerVersion } from 'mediasoup';

export interface Machine {
  processor: string;
  cores: number;
  memoryBytes: number;
  system: string;
  node: string;
  mediasoup: string;
}

export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `${systemType()} ${release().split('.', 2).join('.')}`,
    node: process.version,
    mediasoup: workerVersion,
  };
}

/** In one line. */
export function machineLine({ processor, cores, memoryBytes, system, node, mediasoup }: Machine): string {
  const gigabytes = (memoryBytes / 2 ** 30).toFixed(0);

  return `${cores} cores of ${processor}, ${gigabytes} GB, ${system}, Node ${node}, mediasoup ${mediasoup}; bots, browsers and server share it`;
}
