/** `npm run lint`: ESLint's rules, the floors of server/src, and the layout of all sources. */
import { rulesAreKept } from '../lib/checks.mjs';
import { provideDependencies } from '../lib/dependencies.mjs';
import { endWithUs } from '../lib/processes.mjs';

export default async function lint() {
  endWithUs();
  await provideDependencies();
  return (await rulesAreKept()) ? 0 : 1;
}
