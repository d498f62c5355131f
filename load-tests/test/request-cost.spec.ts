/**
 * What each request and each route costs at its dearest: everybody's meetings wait while the event loop works on it. `npm run fuzz -- --cost`
 * runs this alone; the table is also written to `.cache/reports/costs.md`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { limits, requests, type RequestName } from '@minimeet/protocol';
import { ExaminedServer } from '../src/examined-server.js';
import { withoutLimits } from './adversary/arena.js';
import { CostMeter, type Arrange, type Cost } from './adversary/cost.js';
import { CostRoutes } from './adversary/cost-routes.js';
import { CostScene } from './adversary/cost-scene.js';
import { bytesOf, dearest } from './adversary/dearest.js';
import { codeIn } from './adversary/raw-client.js';
import { compileLoadTests } from './compile.js';

/**
 * Milliseconds for which one call may keep others waiting at one time, and of the event loop in all, on a machine like the one of
 * `CostMeter`. Ten are aimed at; what is read here is more, as the event loop is looked at once a millisecond and collects garbage. Whoever
 * joins a meeting is offered many consumers, one after the other: that takes longer in all, and is counted as points.
 */
const MOST_AT_ONCE_MS = 20;
const MOST_MS = 120;
/** Of those that are measured again, exactly: the dearest of each request at a first look. */
const LOOKED_AT_TWICE = 2;
const admin = { email: 'admin@example.org', password: 'administrator' };

interface Row {
  name: string;
  what: string;
  bytes: number;
  outcome: string;
  cost: Cost;
}

interface Candidate {
  what: string;
  bytes: number;
  arrange: Arrange;
}

const names = (Object.keys(requests) as RequestName[]).filter((n) =>
  (process.env.COST_ONLY?.split(',') ?? [n]).includes(n),
);
const rows: Row[] = [];
let server: ExaminedServer;
let scene: CostScene;
let routes: CostRoutes;
let meter: CostMeter;

beforeAll(async () => {
  compileLoadTests();
  server = await ExaminedServer.start({
    ...withoutLimits,
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
  });
  scene = await CostScene.open(server);
  routes = await CostRoutes.open(server.url, admin);
  meter = await CostMeter.start(server);
});

afterAll(async () => {
  // Where it could not be opened, the server is still to be stopped.
  (scene as CostScene | undefined)?.close();
  await server.stop();
});

/** The dearest of the candidates. */
async function dearestOf(name: string, candidates: Candidate[], outcomes: Map<string, string>): Promise<Row> {
  const looked = [];
  for (const candidate of candidates) {
    looked.push({ candidate, cost: await meter.measure(candidate.arrange, 1, 1) });
    await scene.restore();
  }
  looked.sort((one, other) => other.cost.loop - one.cost.loop);
  const measured: Row[] = [];
  for (const { candidate } of looked.slice(0, LOOKED_AT_TWICE)) {
    const { what, bytes, arrange } = candidate;
    const cost = await meter.measure(arrange, 3, 1);
    await scene.restore();
    measured.push({ name, what, bytes, cost, outcome: outcomes.get(what) ?? '' });
  }

  return measured.sort((one, other) => other.cost.loop - one.cost.loop)[0]!;
}

async function candidatesOfRequest(name: RequestName, outcomes: Map<string, string>): Promise<Candidate[]> {
  const { own, slug } = await scene.host();

  return dearest(name, own, slug).map(({ what, payload }) => ({
    what,
    bytes: bytesOf(payload),
    arrange: async () => {
      const asking = await scene.asking(name, { isRefused: !/^(?:as it should be|within its schema)/.test(what) });
      const now = dearest(name, asking.own, asking.slug).find((dear) => dear.what === what)!;

      return async () => {
        const outcome = asking.client.ask(name, now.payload).then(
          (answer) => codeIn(answer) ?? 'ok',
          (error: Error) => {
            if (asking.client.isOpen) {
              throw error;
            }

            return 'the connection ends';
          },
        );
        outcomes.set(what, await outcome);
      };
    },
  }));
}

async function candidatesOfRoute(name: string, outcomes: Map<string, string>): Promise<Candidate[]> {
  const calls = await routes.callsOf(name);

  return calls.map(({ what, bytes }, index) => ({
    what,
    bytes,
    arrange: async () => {
      const { call } = (await routes.callsOf(name))[index]!;

      return async () => outcomes.set(what, String(await call()));
    },
  }));
}

it('the dearest of every request of the protocol is measured', async () => {
  for (const name of names) {
    const outcomes = new Map<string, string>();
    rows.push(await dearestOf(name, await candidatesOfRequest(name, outcomes), outcomes));
  }
  expect(rows.map((row) => row.name)).toEqual(names);
}, 900_000);

it('the dearest call of every route of the server is measured', async () => {
  for (const name of routes.names) {
    const outcomes = new Map<string, string>();
    rows.push(await dearestOf(name, await candidatesOfRoute(name, outcomes), outcomes));
  }
  expect(rows.map((row) => row.name)).toEqual([...names, ...routes.names]);
}, 900_000);

it('none of them holds up the event loop for long', () => {
  const most = { atOnce: MOST_AT_ONCE_MS * meter.slowness, inAll: MOST_MS * meter.slowness };
  const table = [...rows]
    .sort((one, other) => other.cost.loop - one.cost.loop)
    .map(({ name, what, bytes, outcome, cost }) =>
      [name, what, bytes, outcome, cost.longest.toFixed(2), cost.loop.toFixed(2), cost.process.toFixed(2)].join(' | '),
    );
  const report = [
    `Packets of ${limits.packetBytes} bytes, bodies of ${limits.bodyBytes} bytes at most; one call may take ${most.inAll.toFixed(0)} ms of the event loop, and ${most.atOnce.toFixed(0)} ms at one time.`,
    '',
    '| call | the dearest | bytes | outcome | longest at one time, ms | event loop, ms | process, ms |',
    '|---|---|---|---|---|---|---|',
    ...table.map((row) => `| ${row} |`),
    '',
  ].join('\n');
  const folder = fileURLToPath(new URL('../../.cache/reports/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}costs.md`, report);
  process.stderr.write(`${report}\n`);

  const tooDear = rows
    .filter(({ cost }) => cost.longest > most.atOnce || cost.loop > most.inAll)
    .map(({ name, what, cost }) => ({ name, what, ...cost }));
  expect(tooDear).toEqual([]);
});
