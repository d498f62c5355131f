import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { Consumer as ConsumerOffer, TransportOptions } from '@minimeet/protocol';
import { Receiving } from './receiving.js';
import type { TransportContext } from './transport.js';

/** A transport that makes a consumer of whatever is offered, and keeps which of them were closed. */
function receiving() {
  const closed: string[] = [];
  const transport = Object.assign(new EventEmitter(), {
    observer: new EventEmitter(),
    consume: async ({ id }: { id: string }) => ({ track: { id }, close: () => closed.push(id) }),
  });
  const device = { createRecvTransport: () => transport };
  const options = {} as TransportOptions;
  return { closed, receiving: new Receiving(options, { device } as unknown as TransportContext) };
}

const offer = (id: string, participantId: string) =>
  ({ id, participantId, producerId: `of ${id}`, source: 'camera', kind: 'video', paused: false }) as ConsumerOffer;

describe('what is received', () => {
  it('ends with its consumer, its producer or its participant', async () => {
    const { closed, receiving: all } = receiving();
    const offers = ['a', 'b', 'c', 'd'].map((id) => offer(id, id === 'd' ? 'Bob' : 'Ada'));
    await Promise.all(offers.map((each) => all.receive(each)));
    all.closeConsumer('a');
    all.closeFrom({ producerId: 'of b' });
    expect(closed).toEqual(['a', 'b']);
    all.closeFrom({ participantId: 'Ada' });
    expect(closed).toEqual(['a', 'b', 'c']);
  });

  it('is only forgotten, at no cost, where another transport is on its way', async () => {
    const { closed, receiving: all } = receiving();
    const before = offer('a', 'Ada');
    const arrival = await all.receive(before);
    expect(arrival?.track).toMatchObject({ id: 'a' });
    all.forsake();
    all.closeFrom({ participantId: 'Ada' });
    expect(closed).toEqual([]);
    expect(all.isLayered('a')).toBe(false);
  });
});
