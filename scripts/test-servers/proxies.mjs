/** Proxies that end TLS in front of a server, for tests of what README.md and docs/operating.md say of them. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import tls from 'node:tls';
import { distribution } from '../lib/debian.mjs';
import { ROOT } from '../lib/paths.mjs';
import { Failure, say, step } from '../lib/say.mjs';
import { programOf, takeApart } from './packages.mjs';
import { ServerProcess } from './server-process.mjs';

/** @typedef {'nginx' | 'HAProxy' | 'Caddy'} Proxy */

/** Each with Debian's package, how it shows that it runs here, and the page with its example and the example's language. */
const PROXIES = {
  nginx: { package: 'nginx', version: ['-v'], page: 'README.md', language: 'nginx' },
  HAProxy: { package: 'haproxy', version: ['-v'], page: 'docs/operating.md', language: 'haproxy' },
  Caddy: { package: 'caddy', version: ['version'], page: 'docs/operating.md', language: 'caddyfile' },
};

/** @type {Proxy[]} */
export const PROXY_NAMES = ['nginx', 'HAProxy', 'Caddy'];

/**
 * @param {Proxy} proxy
 * @returns {string | undefined} the program, where it is and runs here
 */
export function findProxy(proxy) {
  const { package: name, version } = PROXIES[proxy];
  const program = programOf(name, name);
  return program && spawnSync(program, version).status === 0 ? program : undefined;
}

/** Sees to it that each is there, on Debian and what descends from it; says which is not. */
export async function provideProxies() {
  for (const proxy of PROXY_NAMES) {
    if (findProxy(proxy)) continue;
    try {
      if (!['debian', 'ubuntu'].includes(distribution()?.id ?? '')) throw new Failure('it is not installed');
      await step(`Testing with ${proxy}: downloading it`, () => takeApart(PROXIES[proxy].package));
      if (!findProxy(proxy)) throw new Failure('it does not run here');
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      say(`${proxy}: ${error.message}`);
    }
  }
}

/**
 * @param {Proxy} proxy
 * @returns {string} the example of its page, for a server at 127.0.0.1:3000
 */
export function exampleOf(proxy) {
  const { page, language } = PROXIES[proxy];
  const example = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(
    readFileSync(path.join(ROOT, page), 'utf8'),
  )?.[1];
  if (!example) throw new Error(`${page} has no example of ${proxy}`);
  return example;
}

/**
 * Starts a proxy on all addresses of this machine.
 * @param {Proxy} proxy
 * @param {{ example: string, upstream: string, certFile: string, keyFile: string }} options the example as `exampleOf` finds it, or
 *   a changed one; host and port of the server; and PEM files
 * @returns {Promise<{ port: number, close: () => Promise<void> }>} the port on which it answers by HTTPS
 */
export async function startProxy(proxy, { example, upstream, certFile, keyFile }) {
  const program = findProxy(proxy);
  if (!program) throw new Error(`No ${proxy} for tests`);
  const text = example.replaceAll('127.0.0.1:3000', upstream);
  const server = await ServerProcess.start({
    name: proxy.toLowerCase(),
    prepare: async (folder) => {
      const both = await Promise.all([certFile, keyFile].map((file) => readFile(file, 'utf8')));
      await writeFile(path.join(folder, 'both.pem'), both.map((text) => text.trim()).join('\n') + '\n');
    },
    command: (folder, port) => COMMANDS[proxy]({ program, folder, port, text, certFile, keyFile }),
    ask: (port) => handshake(port),
  });
  return { port: server.port, close: () => server.close() };
}

const COMMANDS = {
  nginx: ({ program, folder, port, text, certFile, keyFile }) => {
    const site = text
      .replace(/listen 443 ssl;/, `listen ${port} ssl;`)
      .replace(/listen \[::\]:443 ssl;\n/, '')
      .replace(/(ssl_certificate\s+)[^;]+/, `$1${certFile}`)
      .replace(/(ssl_certificate_key\s+)[^;]+/, `$1${keyFile}`);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (kind) => `${kind}_temp_path ${folder}/${kind};`,
    );
    const user = process.getuid?.() === 0 ? 'user root;' : '';
    writeFileSync(
      path.join(folder, 'nginx.conf'),
      `daemon off; master_process off; ${user} pid ${folder}/pid; worker_processes 1; events {}\nhttp { access_log off; ${temporary.join(' ')}\n${site}\n}`,
    );
    return [program, ['-p', folder, '-c', path.join(folder, 'nginx.conf'), '-e', path.join(folder, 'error.log')]];
  },
  HAProxy: ({ program, folder, port, text }) => {
    const site = text.replace(/bind :443 ssl crt \S+/, `bind :${port} ssl crt ${path.join(folder, 'both.pem')}`);
    writeFileSync(path.join(folder, 'haproxy.cfg'), site);
    return [program, ['-db', '-f', path.join(folder, 'haproxy.cfg')]];
  },
  Caddy: ({ program, folder, port, text, certFile, keyFile }) => {
    const site = text.replace(/^meet\.example\.org \{/m, `https://:${port} {\n  tls ${certFile} ${keyFile}`);
    writeFileSync(
      path.join(folder, 'Caddyfile'),
      `{\n  admin off\n  auto_https off\n  storage file_system ${folder}\n}\n${site}`,
    );
    return [program, ['run', '--adapter', 'caddyfile', '--config', path.join(folder, 'Caddyfile')]];
  },
};

/** @param {number} port */
function handshake(port) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', reject);
  });
}
