/** JSON that no client of ours writes, for whatever reads it. */
import fc from 'fast-check';
import { value } from '../../../server/test/faulty-inputs.js';

/** JSON that `JSON.stringify` never writes, and text that is none. */
const oddTexts = [
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"a":1,"a":2}',
  '1e999',
  '-0',
  '123456789012345678901234567890',
  '"\\ud800"',
  '{"toString":null,"valueOf":null}',
  '{"toJSON":null,"then":{}}',
  '{"_placeholder":true,"num":0}',
  '{"_placeholder":true,"num":-1}',
  '{"_placeholder":true,"num":"length"}',
  `${'['.repeat(5000)}${']'.repeat(5000)}`,
  `"${'\\u0000'.repeat(500)}"`,
];

const json = (something: fc.Arbitrary<unknown>) => something.map((one) => JSON.stringify(one) ?? 'null');

/** One value of JSON, as text. */
export const jsonText = fc.oneof(
  { weight: 5, arbitrary: json(value) },
  { weight: 1, arbitrary: fc.constantFrom(...oddTexts) },
);
