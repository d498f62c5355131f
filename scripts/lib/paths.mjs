/** Where things lie: the project, its own cache folder, and the user's cache that all clones share. */
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What the commands remember between runs of this clone; safe to delete. */
export const PROJECT_CACHE = path.join(ROOT, '.cache');

/** What all clones of this user share (XDG Base Directory Specification); safe to delete. */
export const USER_CACHE = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'minimeet');
