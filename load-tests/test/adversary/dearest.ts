/** The dearest that a client can send with one request or one body and still stay below the limit of its size. */
import { limits, type RequestName } from '@minimeet/protocol';
import type { Belongings } from '../../../server/test/access-rules.js';
import { payloadsOf } from '../../../server/test/request-seeds.js';

/** One thing to send, and what makes it dear. */
export interface Dear {
  what: string;
  payload: unknown;
}

/** Bytes that the name of an event, its id and brackets take of a packet. */
const ENVELOPE = 200;
/** Of lists in lists: as deep as this process itself can write. */
const DEPTH = 4000;

type Container = Record<string, unknown>;

/** The payloads that fit, and each of them with one of its places, or itself, blown up as far as a packet or body goes. */
export function blownUp(payloads: readonly unknown[], mostBytes: number): Dear[] {
  const most = mostBytes - ENVELOPE;
  const dear = payloads.flatMap((payload, index) => [
    { what: `as it should be, ${index + 1}`, payload },
    { what: 'unknown keys', payload: withKeys(payload, most) },
    ...placesIn(payload).flatMap((path) => largerAt(payload, path, most)),
  ]);

  return [
    ...dear,
    { what: 'a list of objects', payload: filledWith({}, most) },
    { what: 'one long text', payload: 'x'.repeat(most) },
    {
      what: 'lists in lists',
      payload: JSON.parse(`${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`) as unknown,
    },
  ].filter(({ payload }) => bytesOf(payload) <= most);
}

export const bytesOf = (payload: unknown): number => Buffer.byteLength(JSON.stringify(payload) ?? '');

/** Chinese characters, each of them another word to a search and of three bytes. */
const manyWords = (count: number) => String.fromCodePoint(...Array.from({ length: count }, (_, at) => 0x4e00 + at));
/** Words of one letter, which is as many as a text can have. */
const shortWords = (characters: number) => 'a b c d e f g h '.repeat(characters / 16);

/** What only somebody who knows the request would send: within its schema, and as much work as that allows. */
const knowing: { [Name in RequestName]?: (own: Belongings) => object[] } = {
  send_message: () => [
    { text: manyWords(limits.messageText), clientMessageId: crypto.randomUUID() },
    { text: shortWords(limits.messageText), clientMessageId: crypto.randomUUID() },
    { text: `http://a${')'.repeat(limits.messageText - 8)}`, clientMessageId: crypto.randomUUID() },
    { text: 'ﷺ'.repeat(limits.messageText), clientMessageId: crypto.randomUUID() },
    { text: 'ﷺ '.repeat(limits.messageText / 2), clientMessageId: crypto.randomUUID() },
    { text: `a${'\u0316\u0301'.repeat(limits.messageText / 2 - 1)}`, clientMessageId: crypto.randomUUID() },
  ],
  chat_history: () => [{ limit: limits.historyPage }],
  search_messages: () => [
    { text: shortWords(limits.searchText), limit: limits.historyPage },
    { text: manyWords(limits.searchText), limit: limits.historyPage },
    { text: 'a', limit: limits.historyPage },
  ],
  set_view: ({ participantId }) => [
    {
      tiles: Array.from({ length: limits.viewTiles }, (_, at) => ({
        participantId: at === 0 ? participantId : crypto.randomUUID(),
        source: 'camera',
        width: 1920,
        height: 1080,
        pinned: true,
      })),
    },
  ],
  admit: () => [{ waitingIds: Array.from({ length: limits.lobbyWaiting }, () => crypto.randomUUID()) }],
  refuse: () => [{ waitingIds: Array.from({ length: limits.lobbyWaiting }, () => crypto.randomUUID()) }],
};

/** All that is tried of one request. */
export function dearest(name: RequestName, own: Belongings, roomSlug: string): Dear[] {
  return [
    ...blownUp(payloadsOf(name, own, roomSlug), limits.packetBytes),
    ...(knowing[name]?.(own) ?? []).map((payload, index) => ({ what: `within its schema, ${index + 1}`, payload })),
  ];
}

function withKeys(payload: unknown, most: number): unknown {
  // `"k12345":0,`
  const count = Math.floor((most - bytesOf(payload)) / 11);

  return {
    ...(payload as object),
    ...Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${10_000 + at}`, 0])),
  };
}

function filledWith(item: unknown, most: number): unknown[] {
  return Array.from({ length: Math.floor((most - 2) / (bytesOf(item) + 1)) }, () => item);
}

/** One place with as much as there is room for, and a list with as much as a schema may well let pass. */
function largerAt(payload: unknown, path: readonly string[], most: number): Dear[] {
  const room = most - bytesOf(payload);
  const here = path.reduce<unknown>((container, key) => (container as Container)[key], payload);
  const what = path.join('.');
  const put = (value: unknown) => replacedAt(payload, path, value);

  if (Array.isArray(here)) {
    const item = (here as unknown[])[0] ?? {};

    return [
      { what: `${what}: many`, payload: put([...(here as unknown[]), ...filledWith(item, room)]) },
      { what: `${what}: many empty objects`, payload: put([...(here as unknown[]), ...filledWith({}, room)]) },
      { what: `${what}: 32`, payload: put(Array.from({ length: 32 }, () => item)) },
    ];
  }
  if (typeof here === 'string') {
    return [
      { what: `${what}: long`, payload: put('x'.repeat(room)) },
      // In Unicode's compatibility form, these take long to put in order, and become 18 letters each.
      { what: `${what}: marks on marks`, payload: put(`a${'\u0316\u0301'.repeat(room / 4 - 1)}`) },
      { what: `${what}: ligatures`, payload: put('\ufdfa'.repeat(room / 3)) },
    ];
  }
  if (typeof here === 'object' && here !== null) {
    return [{ what: `${what}: keys`, payload: put(withKeys(here, room)) }];
  }

  return [];
}

function replacedAt(payload: unknown, [key, ...path]: readonly string[], value: unknown): unknown {
  if (key === undefined) {
    return value;
  }
  const copy = (Array.isArray(payload) ? [...(payload as unknown[])] : { ...(payload as object) }) as Container;
  copy[key] = replacedAt(copy[key], path, value);

  return copy;
}

/** Where something can be blown up: of a list, only in its first item, as the others are alike. */
function placesIn(payload: unknown, path: readonly string[] = []): string[][] {
  if (typeof payload !== 'object' || payload === null) {
    return [];
  }
  const keys = Array.isArray(payload) ? Object.keys(payload).slice(0, 1) : Object.keys(payload);

  return keys.flatMap((key) => [[...path, key], ...placesIn((payload as Container)[key], [...path, key])]);
}
