/** A server with a certificate of its own: pages and sockets by HTTPS, and another certificate without a restart. */
import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { get, Server as HttpsServer } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { io } from 'socket.io-client';
import { provideCertificate } from '../../scripts/lib/development-certificate.mjs';
import { readCertificate, renewCertificate } from '../src/certificate.js';
import { AuthService } from '../src/auth/auth.service.js';
import { startServer, temporaryFolder, type TestServer } from './harness.js';

const healthCheck = fileURLToPath(new URL('../../docker/health-check.mjs', import.meta.url));
const certificateIn = (folder: string) => provideCertificate({ folder, addresses: ['127.0.0.1'] });

let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
});

afterAll(() => rm(folder, { recursive: true }));

describe('a server with a certificate', () => {
  let server: TestServer;
  let url: string;
  let ca: Buffer;

  beforeAll(async () => {
    const { certFile, keyFile } = await certificateIn(folder);
    ca = await readFile(certFile);
    server = await startServer({
      TLS_CERT_FILE: certFile,
      TLS_KEY_FILE: keyFile,
      PUBLIC_URL: 'https://meet.example.org',
    });
    url = server.url.replace('http:', 'https:');
  });

  afterAll(() => server.stop());

  it('answers by HTTPS, and tells browsers to come in no other way', async () => {
    const [response] = await once(get(`${url}/health/live`, { ca }), 'response');
    response.resume();

    expect(response.statusCode).toBe(200);
    expect(response.headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it('admits sockets', async () => {
    const { accessToken } = await server.app.get(AuthService).enterAsGuest({ displayName: 'Ada' });
    const socket = io(url, {
      transports: ['websocket'],
      auth: { token: accessToken },
      ca: ca.toString(),
      reconnection: false,
    });
    const { user } = await new Promise<{ user: { username: string } }>((resolve, reject) => {
      socket.once('welcome', resolve);
      socket.once('connect_error', reject);
    }).finally(() => socket.disconnect());

    expect(user.username).toBe('Ada');
  });

  it.each([
    ['lives for the health check of the image, which asks by HTTPS then', 'certificate.pem', 0],
    ['does not for one that asks by HTTP', '', 1],
  ])('%s', async (_, TLS_CERT_FILE, expected) => {
    const PORT = new URL(url).port;
    const check = spawn(process.execPath, [healthCheck], { env: { PATH: process.env.PATH, PORT, TLS_CERT_FILE } });
    const [code] = (await once(check, 'exit')) as [number];

    expect(code).toBe(expected);
  });

  it('does not answer by HTTP', async () => {
    await expect(fetch(`${server.url}/health/live`)).rejects.toThrow();
  });
});

describe('a certificate', () => {
  it('is refused with a sentence that names the settings, where it is none', async () => {
    const { keyFile } = await certificateIn(folder);
    const certFile = join(folder, 'nonsense.pem');
    await writeFile(certFile, 'nonsense');

    expect(() => readCertificate({ certFile, keyFile })).toThrow(/^TLS_CERT_FILE and TLS_KEY_FILE cannot be used: /);
    expect(() => readCertificate({ certFile: join(folder, 'missing.pem'), keyFile })).toThrow(/ENOENT/);
  });

  it('is shown as soon as it is renewed, and the one before for as long as the files do not fit each other', async () => {
    const files = await certificateIn(join(folder, 'renewed'));
    const other = await certificateIn(join(folder, 'other'));
    const server = new HttpsServer(readCertificate(files)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const turns: string[] = [];
    let next = () => {};
    const turn = (word: string) => {
      turns.push(word);
      next();
    };
    const told = { renewed: () => turn('renewed'), failed: () => turn('failed') };
    renewCertificate(server, files, told, 20);
    const until = (word: string) =>
      new Promise<void>((resolve) => {
        next = () => turns.includes(word) && resolve();
        next();
      });
    const fingerprint = async (certFile: string) => new X509Certificate(await readFile(certFile)).fingerprint256;
    const shown = async () => {
      const { port } = server.address() as { port: number };
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      const { fingerprint256 } = socket.getPeerCertificate();
      socket.destroy();

      return fingerprint256;
    };
    const before = await fingerprint(files.certFile);

    await writeFile(files.certFile, await readFile(other.certFile));
    await until('failed');
    expect(await shown()).toBe(before);
    await writeFile(files.keyFile, await readFile(other.keyFile));
    await until('renewed');
    expect(await shown()).toBe(await fingerprint(other.certFile));
    server.close();
    await once(server, 'close');
  });
});
