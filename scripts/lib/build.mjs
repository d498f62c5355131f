/** Builds what changed since it was built last: the TypeScript projects, and the web client on top of them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { compressFolder } from './compress.mjs';
import { fingerprint } from './fingerprint.mjs';
import { PROJECT_CACHE, ROOT } from './paths.mjs';
import { run } from './processes.mjs';
import { Failure, step } from './say.mjs';
import { tool } from './tools.mjs';

const SHARED_SOURCES = ['package-lock.json', 'tsconfig.json', 'tsconfig.base.json', 'protocol', 'sdk'];

/** Compiles protocol, sdk, server and load-tests. */
export async function buildTypeScript() {
  await buildIfChanged({
    name: 'server and libraries',
    sources: [...SHARED_SOURCES, 'server', 'load-tests'],
    results: ['protocol/dist/index.js', 'sdk/dist/index.js', 'server/dist/main.js', 'load-tests/dist/server-host.js'],
    build: () => run(...tool('tsc', ['-b']), { cwd: ROOT }),
  });
}

/** Bundles the web client; it is built on the compiled sdk and protocol. */
export async function buildClient() {
  await buildIfChanged({
    name: 'web client',
    sources: [...SHARED_SOURCES, 'client'],
    results: ['client/dist/index.html', 'client/dist/welcome.svg.br'],
    build: bundleClient,
  });
}

async function bundleClient() {
  const client = path.join(ROOT, 'client');
  const code = await run(...tool('vite', ['build', '--logLevel', 'warn']), { cwd: client });
  if (code === 0) await compressFolder(path.join(client, 'dist'));
  return code;
}

/**
 * @param {{ name: string, sources: string[], results: string[], build: () => Promise<number> }} target
 * @throws {Failure} when it does not build
 */
async function buildIfChanged({ name, sources, results, build }) {
  const stamp = path.join(PROJECT_CACHE, 'built', name.replaceAll(' ', '-'));
  const isSource = (file) => !/\.spec\.tsx?$/.test(file) && !file.startsWith(path.join(ROOT, 'client', 'e2e'));
  const current = fingerprint(ROOT, sources, isSource);
  const built = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  if (built === current && results.every((file) => existsSync(path.join(ROOT, file)))) return;

  await step(`Building the ${name}`, async () => {
    if ((await build()) !== 0) throw new Failure(`The ${name} could not be built.`);
  });
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, current);
}
