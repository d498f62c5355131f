/** The certificate of `npm start -- --https`. */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provideCertificate } from '../lib/development-certificate.mjs';

describe('the certificate of a machine', () => {
  let folder;

  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'minimeet-certificate-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const provide = (options) => provideCertificate({ folder, addresses: ['127.0.0.1', '192.0.2.7', '::1'], ...options });
  const read = ({ certFile }) => new X509Certificate(readFileSync(certFile));

  it('is for its names and addresses, of servers alone, and its key is for its owner’s eyes', async () => {
    const files = await provide();
    const certificate = read(files);

    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(['127.0.0.1', '192.0.2.7', '::1'].map((address) => certificate.checkIP(address))).not.toContain(undefined);
    expect(certificate.checkIP('192.0.2.8')).toBeUndefined();
    expect([certificate.ca, certificate.keyUsage]).toEqual([false, ['1.3.6.1.5.5.7.3.1']]);
    expect(certificate.checkPrivateKey(createPrivateKey(readFileSync(files.keyFile)))).toBe(true);
    expect(statSync(files.keyFile).mode & 0o077).toBe(0);
  });

  it('stays as long as it is good, so that devices which know it need not ask again', async () => {
    const first = read(await provide()).fingerprint256;
    const again = await provide();

    expect([again.isNew, read(again).fingerprint256]).toEqual([false, first]);
  });

  it('is made anew for another address, before it expires, and where the file holds none', async () => {
    const first = await provide();
    const inElevenMonths = new Date(Date.now() + 340 * 86_400_000);

    expect((await provide({ addresses: ['198.51.100.3'] })).isNew).toBe(true);
    expect((await provide({ addresses: ['198.51.100.3'], now: inElevenMonths })).isNew).toBe(true);
    writeFileSync(first.certFile, 'half');
    expect((await provide({ addresses: ['198.51.100.3'] })).isNew).toBe(true);
  });
});
