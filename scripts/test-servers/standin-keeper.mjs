/**
 * Keeps one stand-in for MongoDB: `node standin-keeper.mjs STANDIN DIR PORT` starts it, tells its parent the address
 * where it takes `POST /kill`, `/stop` and `/start`, and ends it when it is asked to or when the parent is gone.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { capture } from '../lib/processes.mjs';

const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 50;

const [standin = '', folder = '', portText = ''] = process.argv.slice(2);
const port = Number(portText);
const postgres = { folder: path.join(folder, 'pg'), programs: path.join(folder, 'root/usr/lib/postgresql/18/bin') };

let ending = false;
const up = spawn(path.join(standin, 'up.sh'), [folder, portText], { stdio: ['ignore', 'ignore', 'inherit'] });
for (const event of ['SIGTERM', 'SIGINT', 'SIGHUP', 'disconnect']) process.once(event, finish);
const [code] = await once(up, 'exit');
if (code !== 0) await finish();

const control = http.createServer((request, response) => {
  const work = { '/kill': kill, '/stop': stop, '/start': start }[request.url ?? ''];
  if (request.method !== 'POST' || !work) {
    response.writeHead(404).end();
    return;
  }
  oneAfterTheOther(work).then(
    () => response.writeHead(204).end(),
    (error) => response.writeHead(500).end(String(error.message)),
  );
});
control.listen(0, '127.0.0.1', () => {
  const address = /** @type {net.AddressInfo} */ (control.address());
  process.send?.(`http://127.0.0.1:${address.port}`);
});

/** @type {Promise<void>} */
let last = Promise.resolve();

/** @param {() => Promise<void>} work */
function oneAfterTheOther(work) {
  const done = last.then(work);
  last = done.catch(() => {});
  return done;
}

/** As a loss of power would end it, as far as the programs can tell. */
async function kill() {
  await endProcess(pidIn('gw.pid'), 'SIGKILL');
  const postmaster = pidIn('pg/data/postmaster.pid');
  // One of its processes does not notice that the first is gone, and would go round in circles for ever.
  const others = isAlive(postmaster) ? childrenOf(postmaster) : [];
  await endProcess(postmaster, 'SIGKILL');
  for (const pid of others) await endProcess(pid, 'SIGKILL');
}

async function stop() {
  await endProcess(pidIn('gw.pid'), 'SIGTERM');
  if (isAlive(pidIn('pg/data/postmaster.pid'))) await controlPostgres(['-m', 'fast', '-w', 'stop']);
}

/** As up.sh does it, on the data that are there. */
async function start() {
  const deadline = Date.now() + PATIENCE_MS;
  while (!isAlive(pidIn('pg/data/postmaster.pid'))) {
    try {
      await controlPostgres(['-l', path.join(postgres.folder, 'log'), '-w', 'start']);
    } catch (error) {
      // The processes of a killed server hold its memory until each has noticed.
      if (Date.now() > deadline) throw error;
      await wait(LOOK_AGAIN_MS);
    }
  }
  if (isAlive(pidIn('gw.pid'))) return;
  const log = openSync(path.join(folder, 'gw.log'), 'a');
  const gateway = spawn(process.execPath, [path.join(folder, 'gateway.mjs')], {
    env: { ...process.env, PGHOST: postgres.folder, PGPORT: '5432', GW_PORT: portText },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  writeFileSync(path.join(folder, 'gw.pid'), String(gateway.pid));
  while (!(await listens())) {
    if (Date.now() > deadline) throw new Error('The gateway of the stand-in for MongoDB does not start again.');
    await wait(LOOK_AGAIN_MS);
  }
}

/** @param {string[]} parameters of pg_ctl */
async function controlPostgres(parameters) {
  const program = path.join(postgres.programs, 'pg_ctl');
  const call = [program, '-D', path.join(postgres.folder, 'data'), ...parameters];
  // PostgreSQL does not run as root.
  const asNobody = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
  const [command, ...rest] = [...asNobody, ...call];
  const { code, output } = await capture(command, rest, { cwd: '/' });
  if (code !== 0) throw new Error(output.trim());
}

/** @param {string} file whose first line is the id of a process; @returns {number | undefined} */
function pidIn(file) {
  try {
    return Number.parseInt(readFileSync(path.join(folder, file), 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {number | undefined} pid @param {NodeJS.Signals} signal */
async function endProcess(pid, signal) {
  const deadline = Date.now() + PATIENCE_MS;
  for (let asked = false; isAlive(pid); asked = true) {
    if (!asked) send(/** @type {number} */ (pid), signal);
    if (Date.now() > deadline) throw new Error(`Process ${pid} does not end.`);
    await wait(LOOK_AGAIN_MS);
  }
}

/** It may have ended by itself since it was looked at. @param {number} pid @param {NodeJS.Signals} signal */
function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** @param {number | undefined} parent @returns {number[]} */
function childrenOf(parent) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
    .map(Number);
}

/** @param {string} pid */
function parentOf(pid) {
  try {
    // After the name, which may have anything in it: `… (name) S 1234 …` (proc_pid_stat(5)).
    return Number(/\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

/** One that has ended and waits for its parent to notice is not alive. @param {number | undefined} pid */
function isAlive(pid) {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function listens() {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.end());
  });
}

async function finish() {
  if (ending) return;
  ending = true;
  up.kill('SIGKILL');
  await kill().catch((error) => console.error(error.message));
  rmSync(folder, { recursive: true, force: true });
  // With what up.sh had started, when it was ended in between.
  process.kill(-process.pid, 'SIGKILL');
}
