/** The server's own TLS, where no proxy stands in front: the certificate in its files, and the one that renews it. */
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';

/** PEM files; the certificate's with the whole chain. */
export interface CertificateFiles {
  certFile: string;
  keyFile: string;
}

export interface Certificate {
  cert: Buffer;
  key: Buffer;
}

/** Milliseconds between two looks at whether somebody has renewed the certificate. */
const INTERVAL = 60_000;

/** @throws Error with one plain sentence, where the files cannot be read or do not belong together */
export function readCertificate({ certFile, keyFile }: CertificateFiles): Certificate {
  try {
    const certificate = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
    createSecureContext(certificate);

    return certificate;
  } catch (error) {
    throw new Error(`TLS_CERT_FILE and TLS_KEY_FILE cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * From the next connection on, the server shows what is in the files then; as long as that cannot be used, what it had. Ends with the server.
 *
 * @param told hears of each renewal, and of each one that failed
 * @returns reads them again at once
 */
export function renewCertificate(
  server: Server,
  files: CertificateFiles,
  told: { renewed(): void; failed(error: unknown): void },
  interval = INTERVAL,
): () => void {
  const renew = () => {
    try {
      server.setSecureContext(readCertificate(files));
      told.renewed();
    } catch (error) {
      // Also while only one of the two has been replaced; the other one's change comes here again.
      told.failed(error);
    }
  };
  const paths = [files.certFile, files.keyFile];
  paths.forEach((path) => watchFile(path, { interval, persistent: false }, renew));
  server.once('close', () => paths.forEach((path) => unwatchFile(path, renew)));

  return renew;
}
