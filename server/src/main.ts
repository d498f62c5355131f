/** The server's process: starts it, reports what is wrong with the settings, ends it cleanly. */
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { PinoLogger } from 'nestjs-pino';
import { createApp, reloadCertificate } from './app.js';
import { ProcessFaults } from './common/process-faults.js';
import { Meetings } from './meetings/meetings.js';
import { doubtsAbout, loadSettings, SettingsError, type Settings } from './settings/settings.js';
import { addressesToOpen, startupMessage } from './startup-message.js';

/** npm and a terminal may both pass on one Ctrl-C; what comes later than this is a second one. */
const SAME_KEYPRESS_MILLISECONDS = 500;

/** What a mistake has left half done may spread: whoever meets is given no longer than this to end. */
const LONGEST_DRAIN_AFTER_FAULT_SECONDS = 30;

const logger = new Logger('Server');
/** What another signal than those that stop the server asks for; none of them ends it, not even while it starts. */
let onOtherSignal: (signal: NodeJS.Signals) => void = () => undefined;

for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) {
  process.on(signal, () => onOtherSignal(signal));
}

const settings = settingsOrExit();
const app = await createApp(settings).catch(exitBecauseItCannotStart);

app.get(ProcessFaults).watch(process, PinoLogger.root.child({ context: 'Server' }), () => endAfterFault(app));
const stopOn = stopOnSignals(app);
onOtherSignal = (signal) => {
  // The terminal was closed in which it runs.
  if (signal === 'SIGHUP' && process.stdin.isTTY) {
    stopOn('SIGHUP');
  } else if (signal === 'SIGHUP') {
    reload(app);
  } else {
    logger.log(`${signal} is ignored; SIGTERM stops the server, SIGHUP reads the certificate and LOG_LEVEL again`);
  }
};
doubtsAbout(settings).forEach((doubt) => logger.warn(doubt));

try {
  await app.listen(settings.http.port, settings.http.host);
} catch (error) {
  await app.close();
  exitBecauseItCannotStart(error);
}
reportReadiness(app);

function settingsOrExit(): Settings {
  try {
    return loadSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) {
      throw error;
    }
    exitWith(...error.faults);
  }
}

function reportReadiness(app: NestExpressApplication): void {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const addresses = addressesToOpen(settings, port);
  const { dataDirectory } = settings.storage;

  if (settings.log.format === 'pretty') {
    process.stdout.write(startupMessage(addresses, dataDirectory));
  } else if (settings.log.level !== 'silent') {
    // Whatever else is logged: without it nobody learns where to go.
    PinoLogger.root
      .child({ context: 'Server' }, { level: 'info' })
      .info({ open: addresses.here, network: addresses.network, dataDirectory }, 'MiniMeet is ready');
  }
}

/** Whatever can change while the server runs: its certificate, and how much is logged. Everything else takes a restart. */
function reload(app: NestExpressApplication): void {
  try {
    const { level } = loadSettings(process.env).log;
    PinoLogger.root.level = level;
    logger.log(`SIGHUP: LOG_LEVEL is ${level}; other settings take a restart`);
  } catch (error) {
    if (!(error instanceof SettingsError)) {
      throw error;
    }

    logger.warn(`SIGHUP: the settings stay as they are: ${error.faults.join('; ')}`);
  }

  reloadCertificate(app);
}

/**
 * Only SIGTERM and SIGQUIT, with which supervisors stop a server, gives meetings time; whoever presses Ctrl-C wants it to end now. Asked
 * once more, the server waits no longer, and once it does not wait any more, it ends as it is.
 */
function stopOnSignals(app: NestExpressApplication): (signal: NodeJS.Signals) => void {
  const hurry = new AbortController();
  let askedAt: number | undefined;
  let draining: Promise<void> | null = null;

  const stopOn = (signal: NodeJS.Signals) => {
    const now = Date.now();

    if (askedAt === undefined) {
      logger.log('stopping');
      const hurried = signal === 'SIGINT' || signal === 'SIGHUP';
      draining = app.get(Meetings).drain(hurried ? 0 : settings.http.drainSeconds, hurry.signal);
      void draining.finally(() => (draining = null)).then(() => stop(app));
    } else if (now - askedAt < SAME_KEYPRESS_MILLISECONDS) {
      return;
    } else if (draining) {
      hurry.abort();
    } else {
      process.exit(1);
    }

    askedAt = now;
  };

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const) {
    process.on(signal, stopOn);
  }

  return stopOn;
}

/** As on SIGTERM, so that nobody in a meeting is cut off without a word, and with an exit code that says why. */
function endAfterFault(app: NestExpressApplication): void {
  const { drainSeconds, shutdownTimeoutSeconds } = settings.http;
  const seconds = Math.min(drainSeconds, LONGEST_DRAIN_AFTER_FAULT_SECONDS);
  process.exitCode = 1;
  // Whatever else is broken: it ends.
  setTimeout(() => process.exit(1), (seconds + shutdownTimeoutSeconds) * 1000);
  app
    .get(Meetings)
    .drain(seconds, new AbortController().signal)
    .catch(() => undefined)
    .then(() => stop(app, 1))
    .catch(() => process.exit(1));
}

async function stop(app: NestExpressApplication, exitCode = 0): Promise<never> {
  const { shutdownTimeoutSeconds } = settings.http;
  const stopped = await Promise.race([
    app.close().then(() => true),
    delay(shutdownTimeoutSeconds * 1000, false, { ref: false }),
  ]);
  if (!stopped) {
    logger.warn(`the server did not stop within ${shutdownTimeoutSeconds} s; it ends as it is`);
  }
  process.exit(exitCode);
}

/** Gives the reason in one line, and where it arose only to those who debug. */
function exitBecauseItCannotStart(error: unknown): never {
  const { code, message, stack = message } = error as NodeJS.ErrnoException;

  if (code === 'EADDRINUSE') {
    exitWith(`Port ${settings.http.port} is in use already; choose another one with PORT`);
  }

  exitWith(`MiniMeet cannot start: ${['debug', 'trace'].includes(settings.log.level) ? stack : message}`);
}

function exitWith(...lines: string[]): never {
  for (const line of lines) {
    process.stderr.write(`${line}\n`);
  }
  process.exit(1);
}
