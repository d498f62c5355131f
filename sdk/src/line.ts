/** The way to the server during one stay in a meeting: over one connection, and after that was lost over the next. */
import type { RequestInput, RequestName, RequestResult } from '@minimeet/protocol';
import { MeetingError } from './meeting-error.js';
import type { Signaling } from './signaling.js';

export class Line {
  private connection: Signaling;
  /** Called when there is another connection, or there will never be one. */
  private readonly waiting = new Set<(cause: MeetingError | null) => void>();
  private cause: MeetingError | null = null;

  constructor(connection: Signaling) {
    this.connection = connection;
  }

  /** The newest connection, which may be lost. */
  get signaling(): Signaling {
    return this.connection;
  }

  /** As Signaling's: rejects when the connection is lost. */
  request<Name extends RequestName>(
    name: Name,
    payload: RequestInput<Name>,
    milliseconds?: number,
  ): Promise<RequestResult<Name>> {
    return this.connection.request(name, payload, milliseconds);
  }

  /**
   * Asks what may be asked twice: over the next connection again, when this one is lost before the answer. One that does
   * not answer in time counts as lost, as nobody may have noticed yet. Rejects with the server's error, or when the stay ends.
   *
   * @param take as Signaling's
   */
  async insist<Name extends RequestName>(
    name: Name,
    payload: RequestInput<Name>,
    milliseconds?: number,
    take?: (result: RequestResult<Name>) => void,
  ): Promise<RequestResult<Name>> {
    for (;;) {
      const { connection } = this;
      try {
        return await connection.request(name, payload, milliseconds, take);
      } catch (thrown) {
        const error = MeetingError.from(thrown, 'internal_error');
        if (error.code !== 'timeout' && error.code !== 'connection_failed') throw error;
        connection.abandon(new MeetingError('connection_failed', 'The server does not answer', { cause: error }));
      }
      await this.connectionAfter(connection);
    }
  }

  /** Goes on over another connection. */
  switchTo(connection: Signaling): void {
    this.connection = connection;
    this.wake(null);
  }

  /** The stay is over; its connection is closed with it. */
  close(cause = new MeetingError('aborted', 'The meeting was left')): void {
    this.cause ??= cause;
    this.connection.close(cause);
    this.wake(cause);
  }

  private connectionAfter(lost: Signaling): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.cause) return reject(this.cause);
      if (this.connection !== lost) return resolve();
      this.waiting.add((cause) => (cause ? reject(cause) : resolve()));
    });
  }

  private wake(cause: MeetingError | null): void {
    for (const settle of this.waiting) settle(cause);
    this.waiting.clear();
  }
}
