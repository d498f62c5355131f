/** Prints the example as a page would load it: `{ code, modules }`. A process of its own, as bundlers do not run inside Jest. */
import { resolve } from 'node:path';
import { build } from 'vite';

const repository = resolve(import.meta.dirname, '../..');

const { output } = await build({
  configFile: false,
  logLevel: 'silent',
  resolve: {
    alias: ['protocol', 'sdk'].map((name) => ({
      find: `@minimeet/${name}`,
      replacement: resolve(repository, name, 'src/index.ts'),
    })),
  },
  build: {
    write: false,
    target: 'esnext',
    rolldownOptions: { input: resolve(repository, 'sdk/examples/show-remote-video.ts') },
  },
});
const [{ code, modules }] = output;
process.stdout.write(JSON.stringify({ code, modules: Object.keys(modules) }));
