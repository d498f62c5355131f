/** Takes what a socket sends apart: is it a request, is it well formed, is it not too often; and answers it in bounded time. */
import { requests } from '@minimeet/protocol';
import type { ErrorAnswer, ErrorCode, RequestName, RequestPayload, RequestResult } from '@minimeet/protocol';
import { DomainError } from '../common/domain-error.js';
import { toErrorAnswer } from '../common/error-answer.js';
import { excerpt } from '../common/excerpt.js';
import { toPayloadError } from '../common/payload-issues.js';
import { OversizedPayload } from './packet-parser.js';

/** Milliseconds within which every request is answered, if need be with `timeout`. */
const answerTimeout = 10_000;

/** Characters of an event's name that are repeated to whoever sent it, and to the log. */
const LONGEST_NAME = 64;

export interface RequestContext<Name extends RequestName> {
  /** Sends the answer at once, for a handler that cannot wait until it has returned. Only the first answer counts. */
  answer(result: RequestResult<Name>): void;
  /** Aborted when the answer comes too late. */
  signal: AbortSignal;
}

export type RequestHandlers = {
  [Name in RequestName]: (
    payload: RequestPayload<Name>,
    context: RequestContext<Name>,
  ) => Promise<RequestResult<Name> | void> | RequestResult<Name>;
};

export interface DispatcherOptions {
  handlers: RequestHandlers;
  /** Throws where whoever asks may not do this. */
  authorize<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): void;
  /**
   * Counts a request, known or not, before anything is done about it. Throws when there are too many, and is `false` where there are
   * so many that they are not even answered.
   */
  admit(event: RequestName | null): boolean;
  /** For answers to requests that came without a callback. */
  tell(event: 'pong' | 'request_failed', payload: object): void;
  /** @param event its name, or as much of it as fits into a line */
  refused(event: string, error: unknown, payload: unknown): void;
  /** A request was answered, so many milliseconds after it came; `null` stands for no error, and for no such event. */
  settled(event: RequestName | null, code: ErrorCode | null, milliseconds: number): void;
}

type Answer = (answer: object) => void;

export class RequestDispatcher {
  constructor(private readonly options: DispatcherOptions) {}

  /**
   * @param eventName as it came: Socket.IO lets numbers through as well
   * @param sent what came with the event: a payload, a callback, both or anything else
   */
  async dispatch(eventName: unknown, sent: unknown[]): Promise<void> {
    const event = excerpt(eventName, LONGEST_NAME);
    const name = isRequestName(eventName) ? eventName : null;
    const answer = this.answerOnce(event, name, sent);

    try {
      if (!this.options.admit(name)) {
        return;
      }

      if (!name) {
        throw new DomainError('unknown_event');
      }
    } catch (error) {
      this.refuse(event, error, sent[0], answer);

      return;
    }

    const timeLimit = new AbortController();
    const timer = setTimeout(() => {
      timeLimit.abort(new DomainError('timeout'));
      this.refuse(event, new DomainError('timeout'), sent[0], answer);
    }, answerTimeout);

    try {
      const result = await this.handle(name, sent[0], { answer, signal: timeLimit.signal });
      answer(result ?? {});
    } catch (error) {
      if (!timeLimit.signal.aborted) {
        this.refuse(event, error, sent[0], answer);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  private async handle<Name extends RequestName>(name: Name, sent: unknown, context: RequestContext<Name>) {
    if (sent instanceof OversizedPayload) {
      throw new DomainError('invalid_payload', `The payload is too large: ${sent.fault}`);
    }

    const { success, data, error } = requests[name].payload.safeParse(typeof sent === 'function' ? {} : (sent ?? {}));

    if (!success) {
      throw toPayloadError(error.issues);
    }

    const payload = data as RequestPayload<Name>;
    this.options.authorize(name, payload);

    return this.options.handlers[name](payload, context);
  }

  private refuse(event: string, error: unknown, payload: unknown, answer: Answer): void {
    this.options.refused(event, error, payload);
    answer(toErrorAnswer(error));
  }

  private answerOnce(event: string, name: RequestName | null, sent: unknown[]): Answer {
    const last = sent.at(-1);
    const begin = performance.now();
    let answered = false;

    return (result) => {
      if (answered) {
        return;
      }

      answered = true;

      if (typeof last === 'function') {
        last(result);
      } else if ('error' in result) {
        this.options.tell('request_failed', { event, error: (result as ErrorAnswer).error });
      } else if (name === 'ping') {
        this.options.tell('pong', result);
      }

      this.options.settled(name, codeIn(result), performance.now() - begin);
    };
  }
}

function isRequestName(name: unknown): name is RequestName {
  return typeof name === 'string' && Object.hasOwn(requests, name);
}

function codeIn(answer: object): ErrorCode | null {
  return 'error' in answer ? (answer as ErrorAnswer).error.code : null;
}
