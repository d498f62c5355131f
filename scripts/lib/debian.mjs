/** Installs packages of Debian or Ubuntu where that is allowed, and says what to run where it is not. */
import { readFileSync } from 'node:fs';
import { capture, runQuietly } from './processes.mjs';
import { Failure, step } from './say.mjs';

/** @returns {{ id: string, version: string } | undefined} e.g. `debian` and `12`; undefined where there is no os-release file */
export function distribution() {
  try {
    const text = readFileSync('/etc/os-release', 'utf8');
    const field = (name) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
    return { id: field('ID'), version: field('VERSION_ID') };
  } catch {
    return undefined;
  }
}

/**
 * Sees to it that packages are installed. Only for Debian and Ubuntu.
 * @param {string} purpose what they are for, as the beginning of a sentence
 * @param {readonly string[]} packages
 * @throws {Failure} with the command to run, when we are not root
 */
export async function providePackages(purpose, packages) {
  const missing = await missingPackages(packages);
  if (missing.length === 0) return;

  if (process.getuid?.() !== 0) {
    throw new Failure(
      `${purpose} needs packages that are not installed. Run this, then try again:\n\n` +
        `  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing.join(' ')}\n`,
    );
  }

  const patient = ['-q', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  await step(`${purpose}: installing ${missing.join(', ')}`, async () => {
    // A failing update is often that of a source we need nothing from; the installation then shows what is really missing.
    await capture('apt-get', [...patient, 'update'], options);
    await runQuietly(
      `Installing ${missing.join(', ')}`,
      'apt-get',
      [...patient, 'install', '-y', '--no-install-recommends', ...missing],
      options,
    );
  });
}

/** @param {readonly string[]} packages */
async function missingPackages(packages) {
  const { output } = await capture('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...packages]);
  const installed = new Set(output.split('\n'));
  return packages.filter((name) => !installed.has(`${name} installed`));
}
