import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { requests, type RequestName } from '@minimeet/protocol';
import fc from 'fast-check';
import { DomainError } from '../common/domain-error.js';
import { OversizedPayload } from './packet-parser.js';
import { RequestDispatcher, type DispatcherOptions, type RequestHandlers } from './request-dispatcher.js';

type Answer = { error?: { code: string; message: string; issues?: unknown[] } };

const nothingToDo = Object.fromEntries(
  Object.keys(requests).map((name) => [name, () => ({})]),
) as unknown as RequestHandlers;

function dispatcher(handlers: Partial<RequestHandlers> = {}, changes: Partial<DispatcherOptions> = {}) {
  const told: { event: string; payload: object }[] = [];
  const refused: { event: string; error: unknown }[] = [];
  const settled: { event: string | null; code: string | null }[] = [];

  const target = new RequestDispatcher({
    handlers: { ...nothingToDo, ...handlers },
    authorize: () => undefined,
    admit: () => true,
    tell: (event, payload) => told.push({ event, payload }),
    refused: (event, error) => refused.push({ event, error }),
    settled: (event, code) => settled.push({ event, code }),
    ...changes,
  });

  return { target, told, refused, settled };
}

async function ask(target: RequestDispatcher, event: string, ...payload: unknown[]): Promise<Answer> {
  const answers: Answer[] = [];
  await target.dispatch(event, [...payload, (answer: Answer) => answers.push(answer)]);
  expect(answers).toHaveLength(1);

  return answers[0] as Answer;
}

describe('a request', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is answered with the result of its handler', async () => {
    const { target } = dispatcher({ ping: () => ({ pong: 7 }) });
    expect(await ask(target, 'ping', {})).toEqual({ pong: 7 });
    expect(await ask(target, 'ping')).toEqual({ pong: 7 });
  });

  it('is answered with the code of a domain error, and the error is reported', async () => {
    const { target, refused } = dispatcher({
      leave_room: () => {
        throw new DomainError('not_joined');
      },
    });
    expect((await ask(target, 'leave_room', {})).error).toEqual({ code: 'not_joined', message: 'Join a room first' });
    expect(refused).toMatchObject([{ event: 'leave_room', error: { code: 'not_joined' } }]);
  });

  it('is reported once as settled, by its name in the protocol and with the code of its answer', async () => {
    const { target, settled } = dispatcher({
      ping: (_payload, { answer }) => {
        answer({ pong: 1 });
        return { pong: 2 };
      },
      leave_room: () => Promise.reject(new DomainError('not_joined')) as never,
    });
    await ask(target, 'ping', {});
    await ask(target, 'leave_room', {});
    await ask(target, 'drop_table', {});
    expect(settled).toEqual([
      { event: 'ping', code: null },
      { event: 'leave_room', code: 'not_joined' },
      { event: null, code: 'unknown_event' },
    ]);
  });

  it('tells a stranger nothing of an unexpected error', async () => {
    const { target } = dispatcher({ leave_room: () => Promise.reject(new Error('SELECT secret')) as never });
    const answer = await ask(target, 'leave_room', {});
    expect(answer.error?.code).toBe('internal_error');
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('that does not exist is an unknown event, also under the names that every object has', async () => {
    const { target } = dispatcher();

    for (const event of ['nonsense', 'constructor', '__proto__', 'toString', '']) {
      expect((await ask(target, event, {})).error?.code).toBe('unknown_event');
    }
  });

  it('names what is wrong with its payload', async () => {
    const { target } = dispatcher();
    const { error } = await ask(target, 'send_message', { text: '   ', clientMessageId: 'one' });
    expect(error).toMatchObject({
      code: 'invalid_payload',
      issues: [{ path: ['text'], message: 'must not be empty' }],
    });
  });

  it('never throws and answers exactly once, whatever the payload is', async () => {
    const { target } = dispatcher();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(requests) as RequestName[])),
        fc.anything({ withBigInt: true, withNullPrototype: true, withDate: true }),
        async (event, payload) => {
          const answer = await ask(target, event, payload);
          expect(answer.error?.code ?? 'invalid_payload').toBe('invalid_payload');
        },
      ),
    );
  });

  it('without a callback gets its failure as an event, and a ping its pong', async () => {
    const { target, told } = dispatcher({ ping: () => ({ pong: 7 }) });
    await target.dispatch('ping', []);
    await target.dispatch('produce', [{}]);
    expect(told).toMatchObject([
      { event: 'pong', payload: { pong: 7 } },
      { event: 'request_failed', payload: { event: 'produce', error: { code: 'invalid_payload' } } },
    ]);
  });

  it('is answered with timeout when its handler does not finish, and the handler is told', async () => {
    jest.useFakeTimers();
    let signal: AbortSignal | undefined;
    const { target } = dispatcher({
      join_room: (_payload, context) => {
        signal = context.signal;

        return new Promise(() => {});
      },
    });
    const answers: Answer[] = [];
    void target.dispatch('join_room', [{ roomId: 'baku-rimo-tefa' }, (answer: Answer) => answers.push(answer)]);
    await jest.advanceTimersByTimeAsync(10_000);

    expect(answers).toMatchObject([{ error: { code: 'timeout' } }]);
    expect(signal?.aborted).toBe(true);
  });

  it('is refused before anything else when there are too many', async () => {
    const handler = jest.fn(() => ({ pong: 1 }));
    const tooOften = () => {
      throw new DomainError('rate_limited');
    };
    const { target } = dispatcher({ ping: handler }, { admit: tooOften });
    expect((await ask(target, 'ping', {})).error?.code).toBe('rate_limited');
    expect(handler).not.toHaveBeenCalled();
  });

  it('is not even answered where there are far too many', async () => {
    const answer = jest.fn();
    const { target, settled, refused } = dispatcher({}, { admit: () => false });
    await target.dispatch('ping', [{}, answer]);
    expect([answer.mock.calls, settled, refused]).toEqual([[], [], []]);
  });

  it('begins before another one that came after it, without waiting for anything', () => {
    const begun: string[] = [];
    const { target } = dispatcher({
      ping: () => ({ pong: begun.push('ping') }),
      leave_room: () => ({ left: begun.push('leave_room') }) as never,
    });
    void target.dispatch('ping', []);
    void target.dispatch('leave_room', []);
    expect(begun).toEqual(['ping', 'leave_room']);
  });

  it('is refused with a code where its payload is too large in itself, and where its name is none', async () => {
    const { target } = dispatcher();
    const oversized = new OversizedPayload('a list has more than 1000 items') as never;
    expect((await ask(target, 'set_view', oversized)).error).toMatchObject({
      code: 'invalid_payload',
      message: expect.stringContaining('a list has more than 1000 items'),
    });

    for (const event of [5, Number.NaN, null, {}, Symbol('x')] as unknown as string[]) {
      expect((await ask(target, event, {})).error?.code).toBe('unknown_event');
    }
  });
});
