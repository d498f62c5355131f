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
const POSTMASTER_FILE = 'pg/data/postmaster.pid';
const SOCKET_LOCK = 'pg/.s.PGSQL.5432.lock';

const [standin = '', folder = '', portText = ''] = process.argv.slice(2);
const port = Number(portText);
const postgres = { folder: path.join(folder, 'pg'), programs: path.join(folder, 'root/usr/lib/postgresql/18/bin') };

/** @type {Promise<never> | undefined} */
let ending;
const up = spawn(path.join(standin, 'up.sh'), [folder, portText], { stdio: ['ignore', 'ignore', 'inherit'] });
for (const event of ['SIGTERM', 'SIGINT', 'SIGHUP', 'disconnect']) process.once(event, finish);
const [code] = await once(up, 'exit');
// It ends, too, when we are asked to end meanwhile.
if (code !== 0 || ending) await finish();

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
  // A parent that is gone by now is noticed by itself.
  process.send?.(`http://127.0.0.1:${address.port}`, () => {});
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
  const postmaster = pidIn(POSTMASTER_FILE);
  if (postmaster === undefined || !isOurs(postmaster)) return;
  // Stopped, it has no further children while they are counted.
  signal(postmaster, 'SIGSTOP');
  // Its children would notice its end in their own time, one of them never, and until then hold the database's memory.
  const children = childrenOf(postmaster);
  await endProcess(postmaster, 'SIGKILL');
  await Promise.all(children.map((child) => endProcess(child, 'SIGKILL', isRunning)));
  // A process that has ended counts for PostgreSQL as a running one until the system's first process has noticed, which
  // may take it long. Nothing runs any more, so this may be told.
  for (const file of [POSTMASTER_FILE, SOCKET_LOCK]) rmSync(path.join(folder, file), { force: true });
}

async function stop() {
  await endProcess(pidIn('gw.pid'), 'SIGTERM');
  if (isOurs(pidIn(POSTMASTER_FILE))) await controlPostgres(['-m', 'fast', '-w', 'stop']);
}

/** As up.sh does it, on the data that are there. */
async function start() {
  const deadline = Date.now() + PATIENCE_MS;
  if (!isOurs(pidIn(POSTMASTER_FILE))) {
    await controlPostgres(['-l', path.join(postgres.folder, 'log'), '-w', 'start']);
  }
  if (isOurs(pidIn('gw.pid'))) return;
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

/**
 * @param {string} file whose first line is the id of a process
 * @returns {number | undefined}
 */
function pidIn(file) {
  const pid = Number.parseInt(read(path.join(folder, file)));
  return Number.isNaN(pid) ? undefined : pid;
}

/**
 * @param {number | undefined} pid
 * @param {NodeJS.Signals} name
 * @param {(pid: number | undefined) => boolean} [runs] whether there is still something to end
 */
async function endProcess(pid, name, runs = isOurs) {
  const deadline = Date.now() + PATIENCE_MS;
  for (let asked = false; pid !== undefined && runs(pid); asked = true) {
    if (!asked) signal(pid, name);
    if (Date.now() > deadline) throw new Error(`Process ${pid} does not end.`);
    await wait(LOOK_AGAIN_MS);
  }
}

/** @param {number} pid @param {NodeJS.Signals} name */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended by itself meanwhile.
    if (error.code !== 'ESRCH') throw error;
  }
}

/**
 * Whether a process runs and is one of ours: its files are named in how it was started. The id of one that has ended may
 * have been given to another, and one whose end nobody has noticed yet has no such line any more.
 * @param {number | undefined} pid
 */
function isOurs(pid) {
  return read(`/proc/${pid}/cmdline`).includes(folder);
}

/** @param {number | undefined} pid */
function isRunning(pid) {
  const [state] = statusOf(pid);
  return state !== undefined && state !== 'Z';
}

/** @param {number | undefined} parent */
function childrenOf(parent) {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.map(Number).filter((pid) => Number(statusOf(pid)[1]) === parent);
}

/**
 * @param {number | undefined} pid
 * @returns {string[]} its state and its parent's id, first of all (proc(5)); nothing when it is gone
 */
function statusOf(pid) {
  const text = read(`/proc/${pid}/stat`);
  return text === '' ? [] : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** @param {string} file @returns {string} nothing when there is no such file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
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

function finish() {
  ending ??= endEverything();
  return ending;
}

/** @returns {Promise<never>} this process is among what ends */
async function endEverything() {
  up.kill('SIGKILL');
  await kill().catch((error) => console.error(error.message));
  rmSync(folder, { recursive: true, force: true });
  // With what up.sh had started, when it was ended in between.
  process.kill(-process.pid, 'SIGKILL');
  return new Promise(() => {});
}
