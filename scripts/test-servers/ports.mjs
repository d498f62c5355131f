/** Finds ports for servers that keep theirs while they are down. */
import { randomInt } from 'node:crypto';
import net from 'node:net';

/**
 * Below the range from which the systems take ports for outgoing connections (Linux begins at 32768, others at 49152):
 * a client that tries to reach a killed server would sooner or later be given the port itself and connect to itself.
 */
const FIRST = 20_000;
const LAST = 30_000;

/** @returns {Promise<number>} a TCP port of 127.0.0.1 on which nothing listens */
export async function freePort() {
  for (;;) {
    const port = randomInt(FIRST, LAST);
    if (await isFree(port)) return port;
  }
}

/** @param {number} port */
function isFree(port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
