/** What a process and all that it started have used of the processor, as Linux tells it (proc(5)). */
import { readdir, readFile } from 'node:fs/promises';

/** Ticks of the clock in a second, as every Linux on usual hardware counts for programs (sysconf(3), _SC_CLK_TCK). */
const ticks = 100;

interface ProcessFigures {
  pid: number;
  parent: number;
  cpuSeconds: number;
}

/** Seconds of one core, of all processes that run now; `null` where the system does not tell. */
export async function cpuSecondsOfTree(root: number): Promise<number | null> {
  const all = await everyProcess();

  return all && sumOfTree(all, root);
}

/** Direct children of a process; empty where the system does not tell. */
export async function childrenOf(parent: number): Promise<number[]> {
  return ((await everyProcess()) ?? []).filter((each) => each.parent === parent).map(({ pid }) => pid);
}

function sumOfTree(all: readonly ProcessFigures[], root: number): number {
  const own = all.find(({ pid }) => pid === root)?.cpuSeconds ?? 0;

  return all.filter(({ parent }) => parent === root).reduce((sum, { pid }) => sum + sumOfTree(all, pid), own);
}

async function everyProcess(): Promise<ProcessFigures[] | null> {
  const names = await readdir('/proc').catch(() => null);

  return (
    names &&
    (await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readProcess))).filter((each) => each !== null)
  );
}

/** `null` of one that has ended meanwhile. */
async function readProcess(pid: string): Promise<ProcessFigures | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name before it is in brackets, and may contain any.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');

  return text === ''
    ? null
    : {
        pid: Number(pid),
        parent: Number(fields[1]),
        // User and system, its own and those of children that it has seen end.
        cpuSeconds: [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0) / ticks,
      };
}
