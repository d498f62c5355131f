/**
 * `npm start`: sets up, builds what changed, and serves API, sockets and client on one port until it is told to end.
 * `npm start -- --https` serves by HTTPS with a certificate of this machine's own, so that phones in the local network can join.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildClient, buildTypeScript } from '../lib/build.mjs';
import { provideDependencies } from '../lib/dependencies.mjs';
import { provideCertificate } from '../lib/development-certificate.mjs';
import { ROOT } from '../lib/paths.mjs';
import { endWithUs, ended, start } from '../lib/processes.mjs';
import { Failure, say } from '../lib/say.mjs';
import { provideWorker } from '../lib/worker.mjs';

/**
 * @param {string[]} parameters
 * @returns {Promise<number>} the exit code of the server
 */
export default async function serve(parameters) {
  const byHttps = wantsHttps(parameters);
  endWithUs(0);
  await provideDependencies();
  const worker = await provideWorker();
  await buildTypeScript();
  await buildClient();
  const certificate = byHttps ? await settingsOfCertificate() : {};

  const exitWithParent = pathToFileURL(path.join(ROOT, 'scripts', 'lib', 'exit-with-parent.mjs')).href;
  const server = start(process.execPath, ['--import', exitWithParent, path.join(ROOT, 'server', 'dist', 'main.js')], {
    env: { ...process.env, ...certificate, MEDIASOUP_WORKER_BIN: worker },
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // It ends within its own SHUTDOWN_DRAIN and SHUTDOWN_TIMEOUT, and at a Ctrl-C without the first.
    patienceMs: Infinity,
    knowsCtrlC: true,
  });
  return ended(server);
}

/** @param {string[]} parameters */
function wantsHttps(parameters) {
  const unknown = parameters.find((parameter) => parameter !== '--https');
  if (unknown !== undefined) throw new Failure(`Usage: npm start [-- --https], not ${unknown}`);
  if (parameters.length > 0 && process.env.TLS_CERT_FILE) {
    throw new Failure('TLS_CERT_FILE names a certificate already; leave out --https, which makes another one.');
  }
  return parameters.length > 0;
}

async function settingsOfCertificate() {
  const { certFile, keyFile, isNew } = await provideCertificate();
  say(
    `${isNew ? 'Made' : 'Using'} a certificate of this machine's own. No browser knows who made it, so each warns once; go on only in a network that you trust.`,
  );
  return { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile };
}
