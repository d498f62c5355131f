/** Bodies are JSON or nothing. */
import type { RequestHandler } from 'express';
import { DomainError } from './domain-error.js';

/** After the parser of JSON: what it left alone is no body of ours, and must not count as none where a body may be left out. */
export const refuseOtherBodies: RequestHandler = ({ body, headers }, _, next) => {
  const hasBody = Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;

  if (hasBody && body === undefined) {
    throw new DomainError('invalid_payload', 'The request cannot be read: a body must be JSON');
  }

  next();
};
