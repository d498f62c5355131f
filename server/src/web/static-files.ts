/** Serves a folder of files that were compressed when they were built: a request costs no compression. */
import express, { type RequestHandler, type Response } from 'express';
import { DomainError } from '../common/domain-error.js';

/** By what browsers call it: the ending of the compressed file beside each file (scripts/lib/compress.mjs). Smallest first. */
const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

export interface StaticFilesOptions {
  /** The header Cache-Control of a file, by its path in the file system. */
  caching(path: string): string;
  /** Whether another file may be answered to this request now. */
  admits?: (request: Parameters<RequestHandler>[0]) => boolean;
}

/** Only what ends like a file is looked for, so that REST requests cost no look into the file system. */
const looksLikeFile = /\.\w+$/;

/**
 * Answers with the files of `root`, in the smallest encoding that the client takes and that lies beside the file; passes on what
 * is no file.
 *
 * @throws rate_limited
 */
export function staticFiles(root: string, { caching, admits = () => true }: StaticFilesOptions): RequestHandler {
  const serve = express.static(root, {
    index: false,
    redirect: false,
    setHeaders: (response, path) => setHeaders(response as Response, path, caching),
  });

  return (request, response, next) => {
    const { url } = request;

    if (!['GET', 'HEAD'].includes(request.method) || !looksLikeFile.test(request.path)) {
      next();

      return;
    }

    if (!admits(request)) {
      response.setHeader('Retry-After', 60);
      throw new DomainError('rate_limited');
    }

    const accepted = encodings.filter(([encoding]) => request.acceptsEncodings(encoding));
    const [, path, query] = /^([^?]*)(.*)$/s.exec(url) as unknown as [string, string, string];

    const attempt = (index: number): void => {
      const [encoding, ending] = accepted[index] ?? ['identity', ''];
      response.locals['encoding'] = encoding;
      request.url = `${path}${ending}${query}`;
      serve(request, response, (error?: unknown) => {
        request.url = url;

        if (error || encoding === 'identity') {
          next(error);
        } else {
          attempt(index + 1);
        }
      });
    };

    attempt(0);
  };
}

function setHeaders(response: Response, path: string, caching: StaticFilesOptions['caching']): void {
  const ending = encodings.find(([encoding]) => encoding === response.locals['encoding'])?.[1] ?? '';
  const original = ending === '' ? path : path.slice(0, -ending.length);
  response.setHeader('Cache-Control', caching(original));
  response.vary('Accept-Encoding');

  if (ending !== '') {
    response.setHeader('Content-Encoding', response.locals['encoding'] as string);
    response.type(original.slice(original.lastIndexOf('.')));
  }
}
