/** Which MiniMeet this is. */
import { readFileSync } from 'node:fs';

const { version: named } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Of the server's package, such as `1.2.0`. */
export const version = named;
