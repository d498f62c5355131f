/** A certificate that this machine makes for itself, so that phones and other machines of the local network get camera and microphone. */
import { X509Certificate as Certificate, webcrypto } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PROJECT_CACHE } from './paths.mjs';

const DAY_MS = 86_400_000;
/** iPhones take none that is valid for longer than 825 days (https://support.apple.com/en-us/103769). */
const VALID_DAYS = 365;
const RENEWED_DAYS_BEFORE = 30;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * The files of a certificate for this machine's names and addresses as they are now; made anew when they have changed or it is about to expire.
 * @param {{ folder?: string, addresses?: string[], now?: Date }} [options]
 * @returns {Promise<{ certFile: string, keyFile: string, isNew: boolean }>}
 */
export async function provideCertificate({
  folder = path.join(PROJECT_CACHE, 'https'),
  addresses = ownAddresses(),
  now = new Date(),
} = {}) {
  const files = { certFile: path.join(folder, 'certificate.pem'), keyFile: path.join(folder, 'key.pem') };
  const names = ['localhost', os.hostname().toLowerCase()];

  if (isGood(files, { names, addresses, now })) return { ...files, isNew: false };
  const { certificate, key } = await makeCertificate({ names, addresses, now });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(files.keyFile, key, { mode: 0o600 });
  writeFileSync(files.certFile, certificate);
  return { ...files, isNew: true };
}

function ownAddresses() {
  return Object.values(os.networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ scopeid }) => !scopeid)
    .map(({ address }) => address);
}

function isGood({ certFile, keyFile }, { names, addresses, now }) {
  if (!existsSync(certFile) || !existsSync(keyFile)) return false;
  try {
    const certificate = new Certificate(readFileSync(certFile));
    const expiry = Date.parse(certificate.validTo);
    return (
      expiry - now.getTime() > RENEWED_DAYS_BEFORE * DAY_MS &&
      names.every((name) => certificate.checkHost(name) !== undefined) &&
      addresses.every((address) => certificate.checkIP(address) !== undefined)
    );
  } catch {
    // Half written, or something else: another one takes its place.
    return false;
  }
}

async function makeCertificate({ names, addresses, now }) {
  // The library's own dependency injection looks for this, and brings it not along.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=MiniMeet on this machine',
      notBefore: new Date(now.getTime() - DAY_MS),
      notAfter: new Date(now.getTime() + VALID_DAYS * DAY_MS),
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([
          ...names.map((value) => ({ type: /** @type {const} */ ('dns'), value })),
          ...addresses.map((value) => ({ type: /** @type {const} */ ('ip'), value })),
        ]),
      ],
    },
    webcrypto,
  );
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { certificate: certificate.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
}
