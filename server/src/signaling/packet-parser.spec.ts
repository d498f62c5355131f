import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BoundedDecoder, MALFORMED, OversizedPayload } from './packet-parser.js';

type Decoded = { type: number; nsp: string; id?: number; data?: unknown };

function decoded(...packets: unknown[]): Decoded[] {
  const decoder = new BoundedDecoder();
  const heard: Decoded[] = [];
  decoder.on('decoded', (packet: Decoded) => heard.push(packet));
  packets.forEach((packet) => decoder.add(packet));

  return heard;
}

const isRefused = (packet: unknown) => {
  const [first] = decoded(packet);

  return Array.isArray(first?.data) && first.data[0] === MALFORMED;
};

describe('packets of Socket.IO', () => {
  it('are read where they are of this protocol', () => {
    expect(decoded('0{"token":"x"}')[0]).toMatchObject({ type: 0, nsp: '/', data: { token: 'x' } });
    expect(decoded('0')[0]).toMatchObject({ type: 0 });
    expect(decoded('1')[0]).toMatchObject({ type: 1 });
    expect(decoded('27["ping",{}]')[0]).toMatchObject({ type: 2, id: 7, data: ['ping', {}] });
    expect(decoded('2[5]')[0]).toMatchObject({ type: 2, data: [5] });
    expect(decoded('37[{}]')[0]).toMatchObject({ type: 3, id: 7, data: [{}] });
    expect(decoded('3[]')[0]).toMatchObject({ type: 3, data: [] });
  });

  it.each([
    ['no type', ''],
    ['an unknown type', '7["x"]'],
    ['an error of connecting', '4{"message":"x"}'],
    ['a binary event', '51-["x",{"_placeholder":true,"num":0}]'],
    ['a binary acknowledgement', '61-7[{"_placeholder":true,"num":0}]'],
    ['an attachment', Buffer.from([1, 2, 3])],
    ['another namespace', '0/admin,{"token":"x"}'],
    ['a namespace of any length', `2/${'n'.repeat(50_000)},["x"]`],
    ['an id of any length', `2${'9'.repeat(50_000)}["x"]`],
    ['an id that no number is', '29999999999999999999["x"]'],
    ['no event', '2{}'],
    ['nothing that can be read', '2["x"'],
    ['a reserved name', '2["disconnect"]'],
    ['a name that is none', '2[null]'],
    ['nothing acknowledged', '37{"a":1}'],
    ['no object to connect with', '0[1]'],
  ])('end their connection with %s', (_, packet) => {
    expect(isRefused(packet)).toBe(true);
  });

  it('are not looked at after one that was none', () => {
    expect(decoded('9', '2["ping"]')).toHaveLength(1);
  });

  it('keep their name and lose a payload that is too large in itself', () => {
    const tiles = JSON.stringify({ tiles: Array.from({ length: 20_000 }, () => ({})) });
    expect(decoded(`25["set_view",${tiles}]`)[0]).toMatchObject({
      id: 5,
      data: ['set_view', expect.any(OversizedPayload)],
    });
    expect(decoded(`2[${'0,'.repeat(30_000)}0]`)[0]?.data).toEqual([0, expect.any(OversizedPayload)]);
    expect(decoded(`37[${'0,'.repeat(30_000)}0]`)[0]?.data).toEqual([expect.any(OversizedPayload)]);
    expect(decoded(`0{"token":${'['.repeat(30_000)}${']'.repeat(30_000)}}`)[0]?.data).toEqual({});
  });

  it('never throw, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.uint8Array(),
          fc.anything(),
          fc.tuple(fc.integer({ min: 0, max: 9 }), fc.string(), fc.json()).map((parts) => parts.join('')),
        ),
        (packet) => {
          for (const { type, nsp, data } of decoded(packet)) {
            expect([0, 1, 2, 3]).toContain(type);
            expect(nsp).toBe('/');
            expect(data === undefined || typeof data === 'object').toBe(true);
          }
        },
      ),
    );
  });
});
