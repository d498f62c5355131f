/** The one error that the sdk throws: decide by `code`, show `message` to people. */
import type { ErrorAnswer, ErrorCode, PayloadIssue, ServerReference } from '@minimeet/protocol';

/** The server's codes, and what can go wrong on this side of the wire. */
export type MeetingErrorCode = ErrorCode | 'connection_failed' | 'lobby_refused' | 'aborted' | 'not_supported';

export class MeetingError extends Error {
  override readonly name = 'MeetingError';
  /** The faults of a payload, when `code` is `invalid_payload`. */
  readonly issues?: readonly PayloadIssue[];
  /** Where the meeting is, when `code` is `meeting_elsewhere`. */
  readonly server?: ServerReference;

  constructor(
    readonly code: MeetingErrorCode,
    message: string,
    options: { cause?: unknown; issues?: readonly PayloadIssue[]; server?: ServerReference } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    if (options.issues) this.issues = options.issues;
    if (options.server) this.server = options.server;
  }

  /** The error that a server's `{ error }` answer or body stands for. */
  static fromAnswer({ error }: ErrorAnswer): MeetingError {
    const { code, message, issues, server } = error;
    return new MeetingError(code, message, { ...(issues && { issues }), ...(server && { server }) });
  }

  /** Anything that was thrown, as a MeetingError: itself if it is one, otherwise `code` with the thrown one as its cause. */
  static from(thrown: unknown, code: MeetingErrorCode): MeetingError {
    if (thrown instanceof MeetingError) return thrown;
    return new MeetingError(code, thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  }
}
