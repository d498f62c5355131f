/** Everything that a client can put on the wire: packets of Engine.IO and Socket.IO, right, nearly right and wrong. */
import fc from 'fast-check';
import { notifications, requests } from '@minimeet/protocol';
import { value } from '../../../server/test/faulty-inputs.js';
import type { Packet } from './raw-link.js';

/** What an input is, so that a run can say how many of each it sent. */
export type Kind = 'event' | 'acknowledgement' | 'binary' | 'malformed';

/** One input, which may be of several packets: an event and the attachments that it announces. */
export interface Input {
  kind: Kind;
  packets: readonly Packet[];
}

const of = (kind: Kind, ...packets: readonly Packet[]): Input => ({ kind, packets });

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
const brokenTexts = ['', '[', '{"a":', 'undefined', 'NaN', "['a']", '"\u0007', '[1,]', '\ufeff[]', '[]]'];

const json = (something: fc.Arbitrary<unknown>) => something.map((one) => JSON.stringify(one) ?? 'null');

/** One value of JSON, as text. */
export const jsonText = fc.oneof(
  { weight: 5, arbitrary: json(value) },
  { weight: 1, arbitrary: fc.constantFrom(...oddTexts) },
);

/** Names of events, of both types that Socket.IO lets through. */
const eventName = fc.oneof(
  json(fc.constantFrom(...Object.keys(requests), ...Object.keys(notifications))),
  json(fc.constantFrom('error', 'connection', 'welcome', 'message', 'data')),
  json(fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', 'toString', '', 'x'.repeat(2000), '\u0000')),
  json(fc.oneof(fc.integer(), fc.double({ noNaN: true }), fc.constantFrom(0, -1, 5, 2 ** 53))),
  json(fc.string()),
);

/** Those that the parser of Socket.IO lets nobody have, so that the connection ends. */
const forbiddenName = fc.oneof(
  json(fc.constantFrom('connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener')),
  fc.constantFrom('null', 'true', '[]', '{}', '[["ping"]]', '{"toString":null}'),
);

/** As text, since what is no number is said as well. Small ones may be of something that was asked. */
const ackId = fc.oneof(
  { weight: 4, arbitrary: fc.nat(60).map(String) },
  { weight: 2, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('00', '007', '999999', '4294967296', '999999999999999'),
  },
);
/** Too large for one, or of which the parser makes something else. */
const oddAckId = fc.constantFrom(
  '9007199254740993',
  '9'.repeat(400),
  '-1',
  '1.5',
  '1e3',
  '+1',
  ' ',
  '0x10',
  'Infinity',
  '٣',
);

const namespace = fc.constantFrom(
  '/,',
  '/other,',
  '/__proto__,',
  '/constructor,',
  '//,',
  '/?token=1,',
  '/never-ends',
  `/${'n'.repeat(5000)},`,
  '/\u0000,',
);

const args = fc.array(jsonText, { maxLength: 4 }).map((texts) => texts.map((text) => `,${text}`).join(''));

/** An event that nobody asked for, with any name, any payloads and any id. */
export const event: fc.Arbitrary<Input> = fc
  .tuple(ackId, eventName, args)
  .map(([id, name, payloads]) => of('event', `42${id}[${name}${payloads}]`));

/** What may stand in an acknowledgement: any number of values, or answers that nearly are one. */
const answerText = fc.oneof(
  { weight: 4, arbitrary: jsonText },
  {
    weight: 3,
    arbitrary: jsonText.chain((text) =>
      fc.constantFrom(
        `{"error":${text}}`,
        `{"error":{"message":${text}}}`,
        `{"error":{"code":${text},"message":${text}}}`,
        `{"error":{"code":"internal_error","message":"no","details":${text}}}`,
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'true',
      '5',
      '"x"',
      'null',
      '[]',
      '[{"error":1}]',
      '{"error":{"message":{"toString":null,"valueOf":null}}}',
      `{"error":{"message":"${'long '.repeat(8000)}"}}`,
      `{"error":{"code":"x","message":"${'\\n{\\"level\\":60}'.repeat(20)}"}}`,
    ),
  },
);

/** What is in the brackets of an acknowledgement. */
export const answers = fc.oneof(
  { weight: 8, arbitrary: answerText },
  { weight: 1, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.array(answerText, { maxLength: 5 }).map((texts) => texts.join(',')) },
);

/** One of something that was never asked, or was answered before. */
export const acknowledgement: fc.Arbitrary<Input> = fc
  .tuple(ackId, answers)
  .map(([id, texts]) => of('acknowledgement', `43${id}[${texts}]`));

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));

/** An event or an acknowledgement with attachments, as many as it says, and placeholders that lead to them, or to others. */
export const binary: fc.Arbitrary<Input> = fc
  .tuple(
    fc.constantFrom('5', '6'),
    fc.array(bytes, { minLength: 1, maxLength: 10 }),
    ackId,
    eventName,
    fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 }),
    jsonText,
  )
  .map(([type, attachments, id, name, numbers, more]) => {
    const placeholders = numbers.map((num) => `,{"_placeholder":true,"num":${num % attachments.length}}`).join('');

    return of('binary', `4${type}${attachments.length}-${id}[${name}${placeholders},${more}]`, ...attachments);
  });

const engineType = fc.constantFrom('0', '2', '3', '4', '5', '6');
const socketType = fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '9', 'x', '-', '');
const announced = fc.constantFrom('', '0-', '1-', '2-', '11-', '999999999-', '-1-', '1.5-', '1e1-', '-', '1');

/** What breaks the rules of one of the protocols; most of it ends the connection. */
export const malformed: fc.Arbitrary<Input> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        engineType,
        socketType,
        announced,
        fc.oneof(fc.constant(''), namespace),
        fc.oneof(ackId, oddAckId),
        jsonText,
      )
      .map(([engine, type, count, space, id, text]) => of('malformed', `${engine}${type}${count}${space}${id}${text}`)),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('2', '3'), fc.oneof(ackId, oddAckId), fc.oneof(eventName, forbiddenName), args)
      .map(([type, id, name, payloads]) => of('malformed', `4${type}${id}[${name}${payloads}]`)),
  },
  // An attachment before what announces it, too few, too many, and text in between.
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('5', '6'), fc.array(bytes, { maxLength: 4 }), fc.nat(4), eventName, fc.nat(3))
      .map(([type, attachments, count, name, place]) => {
        const packets: Packet[] = [...attachments];
        packets.splice(place % (packets.length + 1), 0, `4${type}${count}-["x",${name}]`);

        return of('malformed', ...packets);
      }),
  },
  { weight: 1, arbitrary: bytes.map((one) => of('malformed', one)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('42', '43', '40', '4', '451-', ''), fc.constantFrom(...brokenTexts))
      .map(([head, text]) => of('malformed', `${head}${text}`)),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 200 }).map((text) => of('malformed', text)) },
  // Admission again, in another namespace, with anything for a token.
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.oneof(fc.constant(''), namespace),
        fc.oneof(
          jsonText,
          jsonText.map((text) => `{"token":${text}}`),
        ),
      )
      .map(([space, text]) => of('malformed', `40${space}${text}`)),
  },
  // The end of the connection, said in either protocol, and things that only servers say.
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('1', '41', '41/other,', '44{"message":"no"}', '0{"sid":"x"}', '6')
      .map((one) => of('malformed', one)),
  },
);
