import { describe, expect, it } from '@jest/globals';
import type { ViewedTile } from '@minimeet/protocol';
import fc from 'fast-check';
import { MeetingError } from './meeting-error.js';
import type { Signaling } from './signaling.js';
import { View } from './view.js';

const tilesOf = (width: number): ViewedTile[] => [
  { participantId: 'ada', source: 'camera', width, height: 90, pinned: false },
];

/** Keeps what it is asked until the test answers. */
class SlowServer {
  readonly told: number[] = [];
  private readonly open: { resolve: (result: object) => void; reject: (error: MeetingError) => void }[] = [];

  readonly request = ((_name: string, { tiles }: { tiles: ViewedTile[] }) => {
    this.told.push(tiles[0]?.width ?? 0);
    return new Promise((resolve, reject) => this.open.push({ resolve, reject }));
  }) as unknown as Signaling['request'];

  async answer(error?: MeetingError): Promise<void> {
    const { resolve, reject } = this.open.shift()!;
    if (error) reject(error);
    else resolve({});
    await settled();
  }

  get isAsked(): boolean {
    return this.open.length > 0;
  }
}

/** Once all promises that can have had their turn. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the view on its way to the server', () => {
  it('is not told before the application says it, and is told upon joining when it was said before', async () => {
    const [view, server] = [new View(), new SlowServer()];
    view.attach(server);
    expect(server.told).toEqual([]);
    view.detach();
    await view.set(tilesOf(1));
    view.attach(server);
    expect(server.told).toEqual([1]);
  });

  it('is told once at a time, the newest only, and none twice', async () => {
    const [view, server] = [new View(), new SlowServer()];
    view.attach(server);
    const known = [1, 2, 3].map((width) => view.set(tilesOf(width)));
    expect(server.told).toEqual([1]);
    await server.answer();
    expect(server.told).toEqual([1, 3]);
    await server.answer();
    await Promise.all(known);
    await view.set(tilesOf(3));
    expect(server.told).toEqual([1, 3]);
  });

  it('is told again after a reconnect, and nobody is bothered with the loss', async () => {
    const [view, lost, server] = [new View(), new SlowServer(), new SlowServer()];
    view.attach(lost);
    const first = view.set(tilesOf(1));
    view.detach();
    await lost.answer(new MeetingError('connection_failed', 'The connection was lost'));
    await first;
    await view.set(tilesOf(2));
    view.attach(server);
    expect(server.told).toEqual([2]);
    await server.answer();
    expect(server.isAsked).toBe(false);
  });

  it('that the server refuses is an error, unless a newer one has taken its place', async () => {
    const [view, server] = [new View(), new SlowServer()];
    const refusal = new MeetingError('invalid_payload', 'Too large');
    view.attach(server);
    const refused = view.set(tilesOf(1));
    const check = expect(refused).rejects.toBe(refusal);
    await server.answer(refusal);
    await check;

    const replaced = view.set(tilesOf(2));
    void view.set(tilesOf(3));
    await server.answer(refusal);
    await server.answer();
    await replaced;
    expect(server.told).toEqual([1, 2, 3]);
  });

  it('ends at the server as the newest, whatever comes between', async () => {
    const event = fc.oneof(
      fc.record({ what: fc.constant('set' as const), width: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ what: fc.constantFrom('answer' as const, 'lose' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 20 }), fc.integer({ min: 1, max: 5 }), async (events, last) => {
        const view = new View();
        let server = new SlowServer();
        view.attach(server);
        for (const each of events) {
          if (each.what === 'set') void view.set(tilesOf(each.width));
          if (each.what === 'answer' && server.isAsked) await server.answer();
          if (each.what === 'lose') view.attach((server = new SlowServer()));
        }
        void view.set(tilesOf(last));
        while (server.isAsked) await server.answer();
        expect(server.told.at(-1)).toBe(last);
      }),
    );
  });
});
