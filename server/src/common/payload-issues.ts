/** The one translation of what a schema found wrong into an error for the caller. */
import type { PayloadIssue } from '@minimeet/protocol';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { DomainError } from './domain-error.js';
import { excerpt } from './excerpt.js';

/** Names of unknown keys and wrong values are repeated to the caller and the log, so what is sent must not size them. */
const MOST_ISSUES = 10;
const LONGEST_MESSAGE = 1000;
const LONGEST_ISSUE = 200;
const LONGEST_PATH_PART = 64;

/** An `invalid_payload` whose message names the faults, first things first, and never more than anybody reads. */
export function toPayloadError(issues: readonly StandardSchemaV1.Issue[]): DomainError {
  const payloadIssues = issues.slice(0, MOST_ISSUES).map(toPayloadIssue);

  return new DomainError(
    'invalid_payload',
    excerpt(payloadIssues.map(describe).join('; '), LONGEST_MESSAGE),
    payloadIssues,
  );
}

function toPayloadIssue({ path = [], message }: StandardSchemaV1.Issue): PayloadIssue {
  const keys = path.map((segment) => (typeof segment === 'object' ? segment.key : segment));

  return {
    path: keys.map((key) => (typeof key === 'number' ? key : excerpt(String(key), LONGEST_PATH_PART))),
    message: excerpt(message, LONGEST_ISSUE),
  };
}

function describe({ path, message }: PayloadIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}
