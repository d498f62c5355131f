/** `npm run typecheck`: the types of sources, tests and client. */
import { typesAreCorrect } from '../lib/checks.mjs';
import { provideDependencies } from '../lib/dependencies.mjs';
import { endWithUs } from '../lib/processes.mjs';

export default async function typecheck() {
  endWithUs();
  await provideDependencies();
  return (await typesAreCorrect()) ? 0 : 1;
}
