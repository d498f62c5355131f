/** One Socket.IO connection to the server: typed requests with a time limit, typed notifications, one end. */
import type {
  ErrorAnswer,
  Notification,
  RequestInput,
  RequestName,
  RequestResult,
  ServerToClientEvents,
} from '@minimeet/protocol';
import { io, type Socket } from 'socket.io-client';
import { MeetingError } from './meeting-error.js';
import { socketEndpoint } from './server-url.js';

/**
 * How long the server may take to accept a connection or to answer a request, in milliseconds: longer than it gives
 * itself, so that its `timeout` and not ours says what became of the request.
 */
const timeLimit = 12_000;

/**
 * A connection lives once: it never reconnects by itself, so that nothing that was meant for a lost meeting is sent to
 * the next one. `connection.ts` opens a new one instead.
 */
export class Signaling {
  /** The server's first word. Rejects when the server cannot be reached or refuses the token. */
  readonly welcome: Promise<Notification<'welcome'>>;
  /** Resolves with the cause once the connection is over, whoever ended it. */
  readonly lost: Promise<MeetingError>;
  /** How several notifications are handled that came at once. */
  together = (handle: () => void): void => handle();
  /** When the server was last heard, in milliseconds since 1970: on the clock, which goes on while the machine sleeps. */
  heardAt = Date.now();
  private readonly socket: Socket;
  /** Called when the connection is lost: what still waits for an answer. */
  private readonly waiting = new Set<(cause: MeetingError) => void>();
  private cause: MeetingError | null = null;
  private announceLoss!: (cause: MeetingError) => void;

  /** Opens the connection while the access token is still being fetched: only the handshake's last step needs it. */
  constructor(url: string, accessToken: Promise<string>) {
    this.lost = new Promise((resolve) => (this.announceLoss = resolve));
    const { origin, path } = socketEndpoint(url);
    this.socket = io(origin, {
      path,
      forceNew: true,
      reconnection: false,
      autoConnect: false,
      timeout: timeLimit,
      // WebSocket first: long polling costs two round trips more, and is only tried where a proxy refuses WebSockets.
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      auth: (send) => {
        accessToken.then(
          (token) => send({ token }),
          (error) => this.end(MeetingError.from(error, 'connection_failed')),
        );
      },
    });
    this.welcome = this.answered((resolve) => this.socket.once('welcome', resolve));
    this.socket.on('batch', ({ notifications }: Notification<'batch'>) =>
      this.together(() => notifications.forEach(({ event, payload }) => this.hear(event, payload))),
    );
    // Whoever waits for `welcome` gets its error; when nobody does any more, it is not an unhandled one.
    this.welcome.catch(() => undefined);
    const hear = () => (this.heardAt = Date.now());
    this.socket.onAny(hear);
    this.socket.io.on('ping', hear);
    this.socket.on('connect_error', (error: Error & { data?: unknown }) => this.end(refusal(error)));
    // The server's last word, where it has one. Whatever it is, what waits for an answer may be asked again over the next connection.
    let reason: MeetingError | undefined;
    this.socket.on('disconnected', (answer: ErrorAnswer) => (reason = MeetingError.fromAnswer(answer)));
    this.socket.on('disconnect', () =>
      this.end(new MeetingError('connection_failed', 'The connection was lost', { cause: reason })),
    );
    this.socket.connect();
  }

  /**
   * The server's result. Rejects with its coded error, with `timeout`, or with the cause when the connection is lost.
   *
   * @param take called with the result before anything that the server told after it; what a promise leads to may come later
   */
  async request<Name extends RequestName>(
    name: Name,
    payload: RequestInput<Name>,
    milliseconds = timeLimit,
    take?: (result: RequestResult<Name>) => void,
  ): Promise<RequestResult<Name>> {
    let waiting = true;
    const answer = await this.answered<RequestResult<Name> | ErrorAnswer>((resolve) => {
      this.socket.emit(name, payload, (answer: RequestResult<Name> | ErrorAnswer) => {
        if (waiting && !isErrorAnswer(answer)) take?.(answer);
        resolve(answer);
      });
    }, milliseconds).finally(() => (waiting = false));
    if (isErrorAnswer(answer)) throw MeetingError.fromAnswer(answer);
    return answer;
  }

  on<Name extends keyof ServerToClientEvents>(name: Name, listener: ServerToClientEvents[Name]): void {
    this.socket.on(name as string, listener);
  }

  /** Ends the connection; what still waits for an answer is rejected with the cause. */
  close(cause = new MeetingError('aborted', 'The connection was closed')): void {
    this.end(cause);
  }

  /**
   * Ends a connection that seems to be dead, so that another one can go on where it was lost. Should it be alive after all,
   * the server sees it break: a farewell would give up the seat. One that never stood has none to say.
   */
  abandon(cause: MeetingError): void {
    this.end(cause, () => (this.socket.connected ? this.socket.io.engine.close() : this.socket.disconnect()));
  }

  /** Tells the server something at once; nobody learns what came of it. */
  tell<Name extends RequestName>(name: Name, payload: RequestInput<Name>): void {
    this.socket.emit(name, payload);
  }

  /** One that throws is reported as an uncaught error, as it would be outside of a batch; the others are told all the same. */
  private hear(event: string, payload: unknown): void {
    for (const listener of this.socket.listeners(event)) {
      try {
        listener(payload);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  private end(cause: MeetingError, hangUp: () => unknown = () => this.socket.disconnect()): void {
    if (this.cause) return;
    this.cause = cause;
    this.socket.off();
    hangUp();
    for (const reject of this.waiting) reject(cause);
    this.announceLoss(cause);
  }

  /** What `ask` resolves with, unless the connection is or gets lost, or `milliseconds` pass. */
  private answered<Answer>(
    ask: (resolve: (answer: Answer) => void) => void,
    milliseconds = timeLimit,
  ): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      if (this.cause) return reject(this.cause);
      const settle = (conclude: () => void) => {
        clearTimeout(timer);
        this.waiting.delete(lose);
        conclude();
      };
      const lose = (cause: MeetingError) => settle(() => reject(cause));
      const timer = setTimeout(
        () => lose(new MeetingError('timeout', 'The server did not answer in time')),
        milliseconds,
      );
      this.waiting.add(lose);
      ask((answer) => settle(() => resolve(answer)));
    });
  }
}

function isErrorAnswer(answer: object): answer is ErrorAnswer {
  return 'error' in answer;
}

/** Why a connection was refused: the server's coded error where it gave one, otherwise it could not be reached. */
function refusal(error: Error & { data?: unknown }): MeetingError {
  const { data } = error;
  if (typeof data === 'object' && data !== null && 'code' in data) {
    return MeetingError.fromAnswer({ error: data as ErrorAnswer['error'] });
  }
  return new MeetingError('connection_failed', 'The server cannot be reached', { cause: error });
}
