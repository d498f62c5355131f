/** Where the web client's build lies. */
import { fileURLToPath } from 'node:url';

/** The same from `src` and from `dist`. */
export const clientBuild = fileURLToPath(new URL('../../../client/dist', import.meta.url));
