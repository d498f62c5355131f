/** The one translation of errors into what callers see. */
import type { ErrorAnswer } from '@minimeet/protocol';
import { DomainError } from './domain-error.js';

/** A domain error says itself; of anything else the caller learns only that it happened. */
export function toErrorAnswer(error: unknown): ErrorAnswer {
  const { code, message, issues, server } = error instanceof DomainError ? error : new DomainError('internal_error');

  return { error: { code, message, ...(issues && { issues }), ...(server && { server }) } };
}
