/** MongoDB as the server finds it at its start: wrongly addressed, not to be trusted, or with much to prepare. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openMongo, withPatience } from '../src/chat/mongo-connection.js';
import { mongoModels, prepareIndexes } from '../src/chat/mongo-models.js';
import { describeOn } from './databases.js';
import { temporaryFolder } from './harness.js';

/** Longer than the driver waits for an answer elsewhere. */
const SLOW_ANSWER = 5000;

const openssl = (() => {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
})();
const open: Server[] = [];
const openSockets = new Set<Socket>();

afterEach(() => {
  openSockets.forEach((socket) => socket.destroy());
  open.splice(0).forEach((server) => server.close());
});

async function listen(server: Server): Promise<number> {
  open.push(server);
  server.on('connection', (socket: Socket) => void openSockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return (server.address() as AddressInfo).port;
}

const openAt = (url: string) => {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);

  return { lines, opened: openMongo({ url, timeoutSeconds: 300, log, failed: () => undefined }) };
};

describe('the start of a server with MongoDB ends at once, with a sentence,', () => {
  it.each([
    ['an option that there is not', 'mongodb://127.0.0.1:1/?colour=blue'],
    ['an option with a value that it cannot have', 'mongodb://127.0.0.1:1/?tls=perhaps'],
    ['options that exclude each other', 'mongodb://127.0.0.1:1,127.0.0.1:2/?directConnection=true'],
    ['an address that is none', 'mongodb://'],
  ])('for %s', async (_what, url) => {
    const { opened, lines } = openAt(url);

    await expect(opened).rejects.toThrow(/^MONGODB_URL is not an address that can be used: /);
    expect(lines).toEqual([]);
  });

  it('for a file of certificates that is not there', async () => {
    const { opened } = openAt('mongodb://127.0.0.1:1/?tls=true&tlsCAFile=/no/such/file.pem');

    await expect(opened).rejects.toThrow('/no/such/file.pem of MONGODB_URL cannot be read');
  });

  (openssl ? it : it.skip)('for a certificate that nobody vouches for', async () => {
    const folder = await temporaryFolder();
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=127.0.0.1'];
    execFileSync('openssl', [...request, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
    const port = await listen(createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }));
    const { opened, lines } = openAt(`mongodb://127.0.0.1:${port}/?tls=true`);

    await expect(opened).rejects.toThrow(
      `MongoDB at 127.0.0.1:${port} cannot be trusted (tlsCAFile in MONGODB_URL): self-signed certificate`,
    );
    expect(lines).toEqual([]);
  });
});

describeOn('mongodb', 'the start of a server', (mongodb) => {
  it('waits for indexes as long as they take to be made, and says so', async () => {
    const database = await mongodb().createDatabase();
    const address = new URL(database.url);
    const { port, hostname } = address;
    const proxy = createServer((client) => {
      const upstream = connect(Number(port), hostname);
      upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
      client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
      upstream.pipe(client);
      client.on('data', (sent) => {
        if (sent.includes('createIndexes')) {
          setTimeout(() => upstream.write(sent), SLOW_ANSWER);
        } else {
          upstream.write(sent);
        }
      });
    });
    address.port = String(await listen(proxy));
    address.searchParams.set('directConnection', 'true');
    const told: string[] = [];
    await withPatience(
      address.href,
      (connection) => prepareIndexes(mongoModels(connection), undefined),
      () => void told.push('slow'),
    );

    expect(told).toEqual(['slow']);
    await database.drop();
  });
});
