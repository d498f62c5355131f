/** What an operator reads once the server is ready. */
import { networkInterfaces } from 'node:os';
import type { Settings } from './settings/settings.js';

export interface Addresses {
  /** To open on this machine, or anywhere where the settings name a public address. */
  here: string;
  /** To open on other machines of the local network. */
  network: string[];
}

/** @param port the port that the server really listens on, as settings may leave the choice to the system */
export function addressesToOpen(
  { http }: Pick<Settings, 'http'>,
  port: number,
  interfaces = networkInterfaces(),
): Addresses {
  if (http.publicUrl !== undefined) {
    return { here: http.publicUrl, network: [] };
  }
  const scheme = http.tlsCertFile === undefined ? 'http' : 'https';
  const everywhere = http.host === '0.0.0.0' || http.host === '::';
  if (!everywhere) {
    return { here: `${scheme}://${http.host.includes(':') ? `[${http.host}]` : http.host}:${port}`, network: [] };
  }
  const network = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => `${scheme}://${address}:${port}`);

  return { here: `${scheme}://localhost:${port}`, network };
}

export function startupMessage({ here, network }: Addresses, dataDirectory: string): string {
  return [
    '',
    '  MiniMeet is ready.',
    '',
    `  Open     ${here}`,
    ...network.map((address) => `  Network  ${address}`),
    // https://developer.mozilla.org/docs/Web/Security/Secure_Contexts
    ...(network.some((address) => address.startsWith('http:'))
      ? ['           (browsers give camera and microphone to other machines only over https: npm start -- --https)']
      : []),
    `  API      ${here}/api/docs`,
    `  Data     ${dataDirectory}`,
    '',
    '  Ctrl-C stops it.',
    '',
    '',
  ].join('\n');
}
