/** One database server as a program that tests start, kill and start again: on the same port, with the same files. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { programOnPath } from './programs.mjs';
import { freePort } from './ports.mjs';

/** Recovering after a kill included. */
const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 30_000;
const LOOK_AGAIN_MS = 25;
/** Between looking for a free port and listening on it another program may have taken it. */
const ATTEMPTS = 3;

/**
 * @typedef {object} Program
 * @property {string} name such as `redis`, for folders and messages
 * @property {string} [under] the folder in which it gets its own; the system's folder for temporary files unless told
 * @property {(folder: string) => Promise<void>} prepare fills the new folder
 * @property {(folder: string, port: number) => [command: string, parameters: string[]]} command
 * @property {(port: number) => Promise<unknown>} ask resolves when the server answers, and rejects while it does not
 */

export class ServerProcess {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  /** @type {Program} */
  #program;
  #folder;
  #log;

  /**
   * @param {Program} program
   * @returns {Promise<ServerProcess>} one that answers
   */
  static async start(program) {
    const folder = await mkdtemp(path.join(program.under ?? os.tmpdir(), `minimeet-test-${program.name}-`));
    try {
      await program.prepare(folder);
      for (let attempt = 1; ; attempt += 1) {
        const server = new ServerProcess(program, folder, await freePort());
        try {
          await server.start();
          return server;
        } catch (error) {
          await server.kill();
          if (attempt === ATTEMPTS) throw error;
        }
      }
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** @param {Program} program @param {string} folder @param {number} port */
  constructor(program, folder, port) {
    this.#program = program;
    this.#folder = folder;
    this.#log = path.join(folder, 'server.log');
    this.port = port;
  }

  get isRunning() {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /**
   * Starts it, unless it runs, and waits until it answers.
   * @throws {Error} with the end of its log, when it does not
   */
  async start() {
    if (this.isRunning) return;
    const log = openSync(this.#log, 'a');
    const command = endingWithUs(this.#program.command(this.#folder, this.port));
    const child = spawn(...command, { cwd: this.#folder, stdio: ['ignore', log, log] });
    closeSync(log);
    // What could not be started shows as a process that has ended.
    let fault;
    child.once('error', (error) => (fault = error));
    this.#child = child;

    const deadline = Date.now() + READY_WITHIN_MS;
    for (;;) {
      try {
        await this.#program.ask(this.port);
        if (this.isRunning) return;
      } catch (error) {
        if (Date.now() > deadline) throw this.#failure(`does not answer (${error.message})`);
      }
      if (fault || !this.isRunning) throw this.#failure(`did not start (${fault?.message ?? 'it ended'})`);
      await wait(LOOK_AGAIN_MS);
    }
  }

  /** Ends it as a loss of power would, as far as the program can tell. */
  async kill() {
    await this.#end('SIGKILL');
  }

  /** Asks it to end in its orderly way. */
  async stop() {
    await this.#end('SIGTERM');
  }

  /** Ends it for good and removes its files. */
  async close() {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** @param {NodeJS.Signals} signal */
  async #end(signal) {
    const child = this.#child;
    if (!child || !this.isRunning || child.pid === undefined) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const last = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS);
    await exited;
    clearTimeout(last);
  }

  /** @param {string} what */
  #failure(what) {
    const log = readFileSync(this.#log, 'utf8').trim().split('\n').slice(-15).join('\n');
    return new Error(`The ${this.#program.name} server for tests ${what}:\n${log}`);
  }
}

/**
 * Where the system offers it (Linux), the kernel ends the server with the program that started it, however that ended.
 * Elsewhere it ends with the process group of the tests.
 * @param {[command: string, parameters: string[]]} command
 * @returns {[command: string, parameters: string[]]}
 */
function endingWithUs([command, parameters]) {
  const setpriv = process.platform === 'linux' ? programOnPath('setpriv') : undefined;
  return setpriv ? [setpriv, ['--pdeathsig', 'KILL', command, ...parameters]] : [command, parameters];
}
