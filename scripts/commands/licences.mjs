/** `npm run licences`: writes docs/licences.md, the licences of all packages that are run or shipped. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { provideDependencies } from '../lib/dependencies.mjs';
import { licencesDocument, licencesIn, unreadLicences } from '../lib/licences.mjs';
import { ROOT } from '../lib/paths.mjs';
import { endWithUs } from '../lib/processes.mjs';
import { say } from '../lib/say.mjs';

export default async function licences() {
  endWithUs();
  await provideDependencies();
  const licensed = installedLicences();
  writeFileSync(path.join(ROOT, 'docs', 'licences.md'), licencesDocument(licensed));
  const unread = unreadLicences(licensed);
  unread.forEach((line) => say(`Nobody has read this licence yet: ${line}`));
  return unread.length === 0 ? 0 : 1;
}

export function installedLicences() {
  const read = (file) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
  return licencesIn(read('package-lock.json'), (folder) => read(path.join(folder, 'package.json')));
}
