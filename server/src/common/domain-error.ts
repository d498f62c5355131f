/** The one error class of the domain. */
import { errorCodes, type ErrorCode, type PayloadIssue, type ServerReference } from '@minimeet/protocol';

/**
 * Says what went wrong in words of the domain. It knows neither HTTP nor Socket.IO: each edge translates it once.
 * `message` is shown to people; without one, it is the code's general sentence.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: ErrorCode,
    message: string = errorCodes[code],
    readonly issues?: PayloadIssue[],
    /** Where to go instead, with `meeting_elsewhere`. */
    readonly server?: ServerReference,
  ) {
    super(message);
  }
}
