/** Puts a mediasoup worker that runs here at the place that is named: `node docker/provide-worker.mjs <file>`. */
import { copyFileSync } from 'node:fs';
import { provideWorker } from '../scripts/lib/worker.mjs';

copyFileSync(await provideWorker(), process.argv[2]);
