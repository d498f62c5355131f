import { describe, expect, it } from '@jest/globals';
import { requests, type RequestName } from '@minimeet/protocol';
import { routerRtpCapabilities } from '../media/codecs.js';
import { inputBounds, structureFault } from '../common/structure.js';

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

describe('the structure of a value from outside', () => {
  it('is within bounds for whatever a schema may take', () => {
    for (const value of [
      undefined,
      null,
      5,
      'text',
      {},
      { rtpCapabilities: routerRtpCapabilities },
      { text: 'x'.repeat(4000) },
      nested(inputBounds.depth),
      Array.from({ length: inputBounds.items }, () => 1),
      // The largest that a browser sends, several times over.
      {
        codecs: Array.from({ length: 64 }, () => ({ ...routerRtpCapabilities.codecs![1], parameters: { a: 1, b: 2 } })),
      },
    ]) {
      expect(structureFault(value)).toBeNull();
    }
  });

  it.each([
    ['too deep', nested(inputBounds.depth + 1)],
    ['very deep', nested(30_000)],
    ['a long list', Array.from({ length: inputBounds.items + 1 }, () => 0)],
    ['many lists', Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => ({})))],
    ['many keys', Object.fromEntries(Array.from({ length: 90_000 }, (_, index) => [`k${index}`, 0]))],
    ['a long key', { ['k'.repeat(300)]: 1 }],
    ['a long text', { a: ['x'.repeat(40_000)] }],
    [
      'many keys, far inside',
      { a: [{ b: Object.fromEntries(Array.from({ length: 200 }, (_, index) => [index, 0])) }] },
    ],
  ])('is refused where it is %s', (_, value) => {
    expect(structureFault(value)).toEqual(expect.any(String));
  });

  it('leaves no schema much to do: its work is bounded, whatever fits into a packet', () => {
    const worst = [
      {
        rtpCapabilities: {
          codecs: [{ parameters: Object.fromEntries(many(60_000, (index) => [`p${index}`, index])) }],
        },
      },
      { tiles: many(330_000, () => ({})) },
      Object.fromEntries(many(90_000, (index) => [`k${index}`, 0])),
    ];

    for (const value of worst) {
      expect(structureFault(value)).not.toBeNull();
    }

    // What is let through is no larger than this, and each schema's list of faults not either.
    const largest = { tiles: many(inputBounds.items, () => ({})), codecs: many(inputBounds.items, () => ({})) };
    expect(structureFault(largest)).toBeNull();

    for (const name of Object.keys(requests) as RequestName[]) {
      const { error } = requests[name].payload.safeParse(largest);
      expect(error?.issues.length).toBeLessThan(inputBounds.nodes);
    }
  });
});

function many<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
