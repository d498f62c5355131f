/** Bodies are JSON of a bounded size or nothing. */
import type { RequestHandler } from 'express';
import { DomainError } from './domain-error.js';
import { structureFault } from './structure.js';

/** After the parser of JSON, and before any schema: what is too large in itself is read by nobody. */
export const refuseOversizedBodies: RequestHandler = ({ body }, _, next) => {
  const fault = structureFault(body);

  if (fault) {
    throw new DomainError('invalid_payload', `The body is too large: ${fault}`);
  }

  next();
};

/** After the parser of JSON: what it left alone is no body of ours, and must not count as none where a body may be left out. */
export const refuseOtherBodies: RequestHandler = ({ body, headers }, _, next) => {
  const hasBody = Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;

  if (hasBody && body === undefined) {
    throw new DomainError('invalid_payload', 'The request cannot be read: a body must be JSON');
  }

  next();
};
