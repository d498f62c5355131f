/**
 * Fuzz of schemas and dispatcher: whatever comes over a socket is answered once and with a code, only what fits its schema is handed on,
 * and nothing is kept. Handlers only take note here; `load-tests/test/fuzz.spec.ts` sends to a whole server.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { errorAnswerSchema, requests, type RequestName } from '@minimeet/protocol';
import fc from 'fast-check';
import { z } from 'zod';
import type { Belongings } from '../../test/access-rules.js';
import { nearly, seed } from '../../test/faulty-inputs.js';
import { payloadsOf } from '../../test/request-seeds.js';
import { RequestDispatcher, type RequestHandlers } from './request-dispatcher.js';

const id = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';
const belongings: Belongings = {
  participantId: id,
  resumeToken: 'secret',
  sendTransportId: id,
  recvTransportId: id,
  producerId: id,
  consumerId: id,
  sequence: 1,
};
const names = Object.keys(requests) as RequestName[];
const samplesOf = (name: RequestName): object[] => payloadsOf(name, belongings, 'baku-rimo-tefa');

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
}

/** What a schema knows and none of the values has. */
function missingIn(values: unknown[], { properties = {}, items }: JsonSchema, path: string): string[] {
  const valuesOf = (key: string) =>
    values.flatMap((value) =>
      value instanceof Object && key in value ? [(value as Record<string, unknown>)[key]] : [],
    );

  return [
    ...Object.entries(properties).flatMap(([key, schema]) => {
      const there = valuesOf(key);

      return there.length === 0 ? [`${path}.${key}`] : missingIn(there, schema, `${path}.${key}`);
    }),
    ...(items ? missingIn(values.flat(), items, `${path}[]`) : []),
  ];
}

/** At least as many over all requests. */
const INPUTS = 100_000;

/** Bytes by which memory may differ from one half of the inputs to the other, however many they are. */
const HEAP_NOISE = 5_000_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('fuzz: the requests of a socket', () => {
  /** Bytes after the inputs of half of the events, and after all. */
  const heap: number[] = [];
  let handled: { name: RequestName; payload: unknown }[] = [];
  const handlers = Object.fromEntries(
    names.map((name) => [
      name,
      (payload: unknown) => {
        handled.push({ name, payload });

        return {};
      },
    ]),
  ) as unknown as RequestHandlers;
  const dispatcher = new RequestDispatcher({
    handlers,
    authorize: () => undefined,
    admit: () => true,
    tell: () => undefined,
    refused: () => undefined,
    settled: () => undefined,
  });

  const answersTo = async (event: string, ...sent: unknown[]) => {
    const answers: object[] = [];
    await dispatcher.dispatch(event, [...sent, (answer: object) => answers.push(answer)]);

    return answers;
  };

  /** Fails where an input was not answered once, or was handed on or refused against its schema. */
  async function check(event: string, payload: unknown): Promise<'accepted' | 'refused'> {
    handled = [];
    const [answer, ...others] = await answersTo(event, payload);
    const code = errorAnswerSchema.safeParse(answer).data?.error.code;

    if (others.length > 0 || (handled.length === 1) !== (code === undefined)) {
      throw new Error(`answered ${others.length + 1} times: ${JSON.stringify(answer)}`);
    }
    if (code !== undefined && !['invalid_payload', 'unknown_event'].includes(code)) {
      throw new Error(`refused as ${code}`);
    }
    if (JSON.stringify(answer).length > 5000) {
      throw new Error('an answer as large as what was sent');
    }

    return code === undefined ? 'accepted' : 'refused';
  }

  it.each(names)('%s is answered once, whatever is sent with it', async (name) => {
    const outcomes = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(nearly(...samplesOf(name)), async (payload) => {
        outcomes[await check(name, payload)] += 1;
      }),
      { numRuns: Math.ceil(INPUTS / names.length), seed },
    );
    expect(Math.min(outcomes.accepted, outcomes.refused)).toBeGreaterThan(0);

    if (name === names[Math.floor(names.length / 2)] || name === names.at(-1)) {
      handled = [];
      collectGarbage();
      heap.push(process.memoryUsage().heapUsed);
    }
  });

  it('needs no more memory for the second half of them than for the first', () => {
    const [half, all] = heap;
    expect(all! - half!).toBeLessThan(HEAP_NOISE);
  });

  it('other events are unknown, whatever they are called and bring along', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'disconnect', 'x'.repeat(9999))),
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
        async (event, payload) => {
          fc.pre(!Object.hasOwn(requests, event));
          await check(event, payload);
        },
      ),
      { numRuns: 2000, seed },
    );
  });

  it('a payload that fits is handed on as it is', async () => {
    for (const name of names) {
      for (const payload of samplesOf(name)) {
        handled = [];
        await answersTo(name, payload);
        expect(handled.map((one) => one.name)).toEqual([name]);
      }
    }
  });

  it('the payloads from which the others are made have all that a schema knows', () => {
    const missing = names.flatMap((name) =>
      missingIn(samplesOf(name), z.toJSONSchema(requests[name].payload, { io: 'input' }) as JsonSchema, name),
    );
    expect(missing).toEqual([]);
  });
});
