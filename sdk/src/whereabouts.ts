/** Which server to turn to: the application's, or the one that hosts the room's meeting. */
import { MeetingError } from './meeting-error.js';
import { serverUrlOf } from './server-url.js';

/** Servers that send a client from one to the other do not agree yet; it asks again later. */
const mostHops = 3;

export class Whereabouts {
  private host: string | null = null;

  /** @param home the server that the application named */
  constructor(private readonly home: string) {}

  /** The server to ask next. */
  get url(): string {
    return this.host ?? this.home;
  }

  /** From now on the application's server is asked first, which knows more than one that cannot be reached. */
  forget(): void {
    this.host = null;
  }

  /**
   * Lets `ask` ask a server, and where that names another one, the other one, until one of them takes the client in.
   * Rejects with `meeting_elsewhere` when the server that was named is not there.
   */
  async follow(ask: () => Promise<void>): Promise<void> {
    let told: MeetingError | null = null;
    for (let hops = 0; ; hops++) {
      try {
        return await ask();
      } catch (thrown) {
        const error = MeetingError.from(thrown, 'internal_error');
        const next = serverUrlOf(error.server?.url);
        if (next === null || next === serverUrlOf(this.url) || hops === mostHops) {
          this.forget();
          throw told && isUnreachable(error) ? withCause(told, error) : error;
        }
        told = error;
        this.host = next;
      }
    }
  }
}

function isUnreachable({ code }: MeetingError): boolean {
  return code === 'connection_failed' || code === 'timeout';
}

function withCause({ code, message, server }: MeetingError, cause: MeetingError): MeetingError {
  return new MeetingError(code, message, { cause, ...(server && { server }) });
}
