/** Serves the files of Swagger's page: each is compressed once, when it is asked for first, and kept in memory. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { RequestHandler } from 'express';
import { DomainError } from '../common/domain-error.js';
import type { StaticFilesOptions } from './static-files.js';

/** What the page at `/api/docs` loads; the package has ten times as much beside, which nobody needs. */
const types: Readonly<Record<string, string>> = {
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui-standalone-preset.js': 'text/javascript; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
  'favicon-16x16.png': 'image/png',
  'favicon-32x32.png': 'image/png',
};
/** What the description itself answers below the same path. */
const description = 'swagger-ui-init.js';
/** The names do not change with the content; the version of the package is their tag. */
const CACHING = 'public, max-age=86400';

interface PackedFile {
  identity: Buffer;
  br: Buffer;
  gzip: Buffer;
}

/**
 * For `/api/docs/<file>`. Answers every name with a dot in it but that of the description's own file.
 *
 * @throws not_found, rate_limited
 */
export function apiDocsFiles(admits: NonNullable<StaticFilesOptions['admits']>): RequestHandler {
  const { folder, version } = swaggerPackage();
  const packed = new Map<string, Promise<PackedFile>>();
  const etag = `"swagger-ui-${version}"`;

  return (request, response, next) => {
    const name = /^\/api\/docs\/(?:docs\/)?([^/]*\.[^/]*)$/.exec(request.path)?.[1];

    if (name === undefined || name === description || !['GET', 'HEAD'].includes(request.method)) {
      next();

      return;
    }

    const type = Object.hasOwn(types, name) ? types[name] : undefined;

    if (type === undefined) {
      throw new DomainError('not_found');
    }

    if (!admits(request)) {
      response.setHeader('Retry-After', 60);
      throw new DomainError('rate_limited');
    }

    let file = packed.get(name);

    if (!file) {
      file = pack(join(folder, name));
      packed.set(name, file);
      file.catch(() => packed.delete(name));
    }

    const encoding = (['br', 'gzip'] as const).find((each) => request.acceptsEncodings(each)) ?? 'identity';
    response.setHeader('Cache-Control', CACHING);
    response.setHeader('ETag', `${etag.slice(0, -1)}-${encoding}"`);
    response.vary('Accept-Encoding');
    file.then((contents) => {
      if (encoding !== 'identity') {
        response.setHeader('Content-Encoding', encoding);
      }

      response.type(type).send(contents[encoding]);
    }, next);
  };
}

async function pack(path: string): Promise<PackedFile> {
  const identity = await readFile(path);
  const parameters = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  // In threads of zlib's own, once for each file.
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(identity, { params: parameters }),
    promisify(gzip)(identity, { level: 9 }),
  ]);

  return { identity, br, gzip: zipped };
}

/** It is a library of @nestjs/swagger's, which serves it. */
function swaggerPackage(): { folder: string; version: string } {
  const ofSwagger = createRequire(createRequire(import.meta.url).resolve('@nestjs/swagger'));
  const description = ofSwagger.resolve('swagger-ui-dist/package.json');

  return { folder: dirname(description), version: (ofSwagger(description) as { version: string }).version };
}
