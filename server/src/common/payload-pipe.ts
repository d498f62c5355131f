/** Validates bodies, queries and parameters against the schema that their decorator names. */
import type { PayloadIssue } from '@minimeet/protocol';
import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { DomainError } from './domain-error.js';

/** More than this nobody reads, and an answer must not grow with the number of mistakes. */
const MAX_ISSUES = 20;

export const payloadPipe = () =>
  new StandardSchemaValidationPipe({
    exceptionFactory: (issues) =>
      new DomainError('invalid_payload', undefined, issues.slice(0, MAX_ISSUES).map(toPayloadIssue)),
  });

function toPayloadIssue({ path = [], message }: StandardSchemaV1.Issue): PayloadIssue {
  const keys = path.map((segment) => (typeof segment === 'object' ? segment.key : segment));
  return { path: keys.map((key) => (typeof key === 'symbol' ? String(key) : key)), message };
}
