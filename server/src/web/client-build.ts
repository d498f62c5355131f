/** Serves the web client's build. */
import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RequestHandler, Response } from 'express';
import { notBuiltPage } from './not-built-page.js';
import { staticFiles, type StaticFilesOptions } from './static-files.js';

/** The same from `src` and from `dist`. */
const clientBuild = fileURLToPath(new URL('../../../client/dist', import.meta.url));
const YEAR_SECONDS = 31_536_000;

/** Answers with the files of the build, and passes on what is none of them; pages are not its matter. */
export function clientAssets(build = clientBuild, admits?: StaticFilesOptions['admits']): RequestHandler {
  // Vite puts a hash of the content into each name in this folder: a file there never changes.
  const hashedFiles = join(build, 'assets') + sep;
  const serve = staticFiles(build, {
    caching: (path) => (path.startsWith(hashedFiles) ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache'),
    ...(admits && { admits }),
  });

  // The page itself is written for where the server is.
  return (request, response, next) => (request.path === '/index.html' ? next() : serve(request, response, next));
}

/**
 * Answers with the client's one page, which finds in the address what to show.
 *
 * @param basePath below which browsers find the server, such as `/meet`; empty for all of the host
 */
export async function sendClientPage(response: Response, basePath: string, build = clientBuild): Promise<void> {
  // It names the hashed files, so it must never be an old one.
  response.setHeader('Cache-Control', 'no-cache');

  try {
    response.type('html').send(below(basePath, await readFile(join(build, 'index.html'), 'utf8')));
  } catch {
    response.status(503).type('html').send(below(basePath, notBuiltPage));
  }
}

/** Pages name what belongs to them as `./…`, and may be opened at any depth. */
function below(basePath: string, page: string): string {
  return page.replaceAll('="./', `="${basePath}/`);
}
