/** Inputs that nearly fit, and such as do not fit at all: what the fuzz tests send. */
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { z } from 'zod';

/** All inputs follow from it. Whoever reads of a failure has it too, and makes the same inputs with it. */
export const seed = z.coerce
  .number()
  .int()
  .min(0)
  .max(0x7fff_ffff)
  .parse(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 0x7fff_ffff));

/** What to do to have the same inputs once more. */
export const repeatedWith = `FUZZ_SEED=${seed}`;

const timesSampled = new Map<string, number>();

/** So many of a kind: with the same seed and the same name the same ones, and others each time that it is called. */
export function samples<Input>(name: string, arbitrary: fc.Arbitrary<Input>, count: number): Input[] {
  const time = timesSampled.get(name) ?? 0;
  timesSampled.set(name, time + 1);

  return fc.sample(arbitrary, { numRuns: count, seed: crc32(`${seed} ${name} ${time}`) | 0 });
}

/** Some payloads as they are, one that is none, and so many that nearly fit. */
export function around(name: string, payloads: readonly object[], count: number): unknown[] {
  return [...payloads, null, ...samples(name, nearly(...payloads), count)];
}

const deep = (depth: number): unknown => (depth === 0 ? [] : [deep(depth - 1)]);

/** Values at which parsers, databases and the media worker have stumbled before. */
const hostile: unknown[] = [
  null,
  true,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '__proto__',
  '../../etc/passwd',
  "' OR 1=1 --",
  'x'.repeat(10_000),
  -1,
  0.1,
  1e308,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  [],
  {},
  { toString: 1, constructor: 1, then: 1 },
  Array(200).fill(0),
  deep(60),
];

/** Such a value, or any other that JSON can say. */
export const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hostile) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

const ways = ['replace', 'replace', 'remove', 'add', 'double', 'repeat'] as const;

interface Fault {
  /** Which of the places in the payload, counted around. */
  place: number;
  how: (typeof ways)[number];
  value: unknown;
}

const fault: fc.Arbitrary<Fault> = fc.record({ place: fc.nat(1000), how: fc.constantFrom(...ways), value });

/** One of the payloads with some faults in it, or with none, or something that was never one. */
export function nearly(...payloads: readonly object[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    {
      weight: 9,
      arbitrary: fc
        .tuple(fc.constantFrom(...payloads), fc.array(fault, { maxLength: 3 }))
        .map(([payload, faults]) => faults.reduce(spoil, structuredClone(payload))),
    },
    { weight: 1, arbitrary: value },
  );
}

type Container = Record<string, unknown>;

function spoil<Payload extends object>(payload: Payload, { place, how, value }: Fault): Payload {
  const places = placesIn(payload);
  const [container, key] = places[place % Math.max(1, places.length)] ?? [];

  if (!container || key === undefined) {
    return Object.assign(payload, { [`key${place}`]: structuredClone(value) });
  }
  if (how === 'replace') {
    // A copy: the next fault may be in it.
    container[key] = structuredClone(value);
  } else if (how === 'remove') {
    delete container[key];
  } else if (how === 'add') {
    container[`${key}${place}`] = structuredClone(value);
  } else if (how === 'repeat') {
    // What is the same of two that should differ, such as an SSRC.
    const others = places.filter(([other, sameKey]) => other !== container && sameKey === key);
    const [other] = others[place % Math.max(1, others.length)] ?? [container];
    container[key] = structuredClone(other[key]);
  } else if (Array.isArray(container)) {
    container.push(...Array.from({ length: 20 }, () => structuredClone(container[key])));
  } else {
    container[key] = [container[key], structuredClone(container[key])];
  }
  return payload;
}

/** What can be spoilt, as deep as payloads are. */
function placesIn(payload: unknown, depth = 6): [Container, string][] {
  if (typeof payload !== 'object' || payload === null || depth === 0) {
    return [];
  }
  return Object.keys(payload)
    .slice(0, 50)
    .flatMap((key) => [
      [payload as Container, key] satisfies [Container, string],
      ...placesIn((payload as Container)[key], depth - 1),
    ]);
}
