/** Serves the files of the web client's build. */
import { join, sep } from 'node:path';
import express, { type RequestHandler } from 'express';
import { clientBuild } from './client-build.js';

/** Vite puts a hash of the content into each name in this folder: a file there never changes. */
const hashedFiles = join(clientBuild, 'assets') + sep;
const YEAR_SECONDS = 31_536_000;

/** Passes on what is not a file of the build; pages are not its matter. */
export function clientAssets(): RequestHandler {
  return express.static(clientBuild, {
    index: false,
    redirect: false,
    setHeaders: (response, path) => {
      const caching = path.startsWith(hashedFiles) ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache';
      response.setHeader('Cache-Control', caching);
    },
  });
}
