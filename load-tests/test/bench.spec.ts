/** Short runs of the benchmarks, as people start them: figures of the right shape, and plausible ones. What they mean is measured by long runs. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { CapacityFigures } from '../src/bench/capacity.js';
import type { GrowthReport } from '../src/bench/growth-figures.js';
import type { JoinFigures } from '../src/bench/join.js';
import type { MemoryFigures } from '../src/bench/memory.js';
import type { MeshFigures } from '../src/bench/mesh.js';
import type { OverheadFigures } from '../src/bench/overhead.js';
import { compileLoadTests } from './compile.js';

const command = resolve(import.meta.dirname, '../dist/bench/bench-command.js');
const sizing = resolve(import.meta.dirname, '../../docs/sizing.md');
const run = (...parameters: string[]) =>
  promisify(execFile)(process.execPath, [command, ...parameters], { timeout: 540_000 });

describe('npm run bench', () => {
  let all: { name: string }[];

  beforeAll(async () => {
    compileLoadTests();
    const folder = await mkdtemp(join(tmpdir(), 'minimeet-bench-'));

    try {
      const file = join(folder, 'figures.json');
      await run('--short', '--json', file);
      all = JSON.parse(await readFile(file, 'utf8'));
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 600_000);

  const figuresOf = <Figures>(name: string): Figures => {
    const figures = all.find((each) => each.name === name);
    expect(figures).toMatchObject({ name, short: true, machine: { cores: expect.any(Number) } });

    return figures as Figures;
  };

  it('tells how packets through MiniMeet compare to those through bare mediasoup, of the same load', () => {
    const { ratio, meeting, bare } = figuresOf<OverheadFigures>('overhead');
    expect(ratio).toBeCloseTo(meeting.packetsPerCpuSecond / bare.packetsPerCpuSecond);
    expect(ratio).toBeGreaterThan(0);
    expect(meeting.rounds).toHaveLength(1);
    const [ours, theirs] = [meeting.rounds[0]!, bare.rounds[0]!];
    expect(ours.packets / theirs.packets).toBeGreaterThan(0.8);
    expect(ours.packets / theirs.packets).toBeLessThan(1.25);
  });

  it('tells what a worker carries, and how long packets are under way', () => {
    const { steps, knee } = figuresOf<CapacityFigures>('capacity');
    // A machine with much to do does not get further than the first.
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.map(({ consumers }) => consumers)).toEqual(
      [...new Set(steps.map(({ consumers }) => consumers))].sort((one, other) => one - other),
    );

    for (const { packets, bitrate, workerCpu, latencyP50, latencyP95 } of steps) {
      expect(packets).toBeGreaterThan(0);
      expect(bitrate).toBeGreaterThan(packets * 8);
      expect(workerCpu).toBeGreaterThan(0);
      expect(latencyP50).toBeGreaterThan(0);
      expect(latencyP95).toBeGreaterThanOrEqual(latencyP50);
    }

    expect(knee.consumers).toBeGreaterThan(0);
  });

  it('tells what participants are sent in a meeting with views and in one with everything', () => {
    const { plan, everything } = figuresOf<GrowthReport>('growth');
    expect(plan.map(({ participants }) => participants)).toEqual([4]);
    expect(everything.at(-1)!.packets).toBeGreaterThan(plan.at(-1)!.packets);
    expect([...plan, ...everything].every(({ undecipherable }) => undecipherable === 0)).toBe(true);
  });

  it('tells what a join costs, into one room and into many', () => {
    const { steps } = figuresOf<JoinFigures>('join');
    expect(steps.map(({ rooms }) => rooms)).toEqual(['one', 'many']);

    for (const { joins, failed, unserved, joinP95, firstMediaP95, nodeCpuPerJoin } of steps) {
      expect(joins).toBe(4);
      expect(failed + unserved).toBe(0);
      expect(joinP95).toBeGreaterThan(0);
      expect(firstMediaP95).toBeGreaterThan(0);
      expect(nodeCpuPerJoin).toBeGreaterThan(0);
    }
  });

  it('tells what real browsers upload and encode in a mesh and with the server', () => {
    const { steps } = figuresOf<MeshFigures>('mesh');
    expect(steps.map(({ way, people, encodes }) => ({ way, people, encodes }))).toEqual([
      { way: 'mesh', people: 2, encodes: 1 },
      { way: 'server', people: 2, encodes: 1 },
    ]);
    expect(steps.every(({ uploadBitrate, framesReceived }) => uploadBitrate > 10_000 && framesReceived > 0)).toBe(true);
  });

  it('tells what participants and consumers weigh', () => {
    const { participants, consumers, perParticipant } = figuresOf<MemoryFigures>('memory');
    expect(participants.map((sample) => sample.participants)).toEqual([2, 4]);
    expect(consumers.map((sample) => sample.consumers)).toEqual([0, 8]);
    expect(participants.every(({ heapBytes, workerBytes }) => heapBytes > 1e6 && workerBytes > 1e6)).toBe(true);
    expect(Number.isFinite(perParticipant.heapBytes)).toBe(true);
  });

  it('tells the figures of one as one object', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'minimeet-bench-'));

    try {
      const file = join(folder, 'figures.json');
      const { stdout } = await run('memory', '--short', '--json', file);
      const figures = JSON.parse(await readFile(file, 'utf8'));
      expect(figures).toMatchObject({ name: 'memory', short: true });
      expect(stdout).toContain('kB for each');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('says what it cannot do, and which benchmarks there are', async () => {
    await expect(run('speed')).rejects.toMatchObject({ stderr: expect.stringContaining('no benchmark speed') });
    await expect(run('memory', '--short', '--json', '/nowhere/figures.json')).rejects.toMatchObject({
      stderr: expect.stringMatching(/^--json \/nowhere\/figures.json cannot be written: /),
    });
    await expect(run('--shorter')).rejects.toMatchObject({ stderr: expect.stringContaining('--shorter') });
    const { stdout } = await run('--help');
    const names = ['overhead', 'capacity', 'growth', 'join', 'mesh', 'memory'];
    const document = await readFile(sizing, 'utf8');

    for (const name of names) {
      expect(stdout).toContain(`  ${name} `);
      expect(document).toMatch(new RegExp(`<!-- bench ${name} begin -->[^]*<!-- bench ${name} end -->`));
    }
  });
});
