/** The one translation of errors into what callers see. */
import type { ErrorAnswer } from '@minimeet/protocol';
import { isDatabaseUnavailable } from './database-unavailable.js';
import { DomainError } from './domain-error.js';

/** A domain error says itself. Of anything else the caller learns only that it happened, or that a database is away. */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) {
    return error;
  }
  return new DomainError(isDatabaseUnavailable(error) ? 'database_unavailable' : 'internal_error');
}

export function toErrorAnswer(error: unknown): ErrorAnswer {
  const { code, message, issues, server } = toDomainError(error);

  return { error: { code, message, ...(issues && { issues }), ...(server && { server }) } };
}
