/** Serves the web client's build. */
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, type Response } from 'express';
import { notBuiltPage } from './not-built-page.js';

/** The same from `src` and from `dist`. */
const clientBuild = fileURLToPath(new URL('../../../client/dist', import.meta.url));
const YEAR_SECONDS = 31_536_000;

/** Answers with the files of the build, and passes on what is none of them; pages are not its matter. */
export function clientAssets(build = clientBuild): RequestHandler {
  // Vite puts a hash of the content into each name in this folder: a file there never changes.
  const hashedFiles = join(build, 'assets') + sep;

  return express.static(build, {
    index: false,
    redirect: false,
    setHeaders: (response, path) => {
      const caching = path.startsWith(hashedFiles) ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache';
      response.setHeader('Cache-Control', caching);
    },
  });
}

/** Answers with the client's one page, which finds in the address what to show. */
export function sendClientPage(response: Response, build = clientBuild): void {
  // It names the hashed files, so it must never be an old one.
  response.setHeader('Cache-Control', 'no-cache');
  // Below a root, so that a dot-folder above the build, such as ~/.local, is not taken for a hidden file.
  response.sendFile('index.html', { root: build, cacheControl: false }, (error) => {
    if (error && !response.headersSent) {
      response.status(503).type('html').send(notBuiltPage);
    }
  });
}
