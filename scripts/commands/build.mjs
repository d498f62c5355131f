/** `npm run build`: compiles and bundles what changed. */
import { buildClient, buildTypeScript } from '../lib/build.mjs';
import { provideDependencies } from '../lib/dependencies.mjs';
import { endWithUs } from '../lib/processes.mjs';

export default async function build() {
  endWithUs();
  await provideDependencies();
  await buildTypeScript();
  await buildClient();
  return 0;
}
