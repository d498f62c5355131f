/** When what waits for a socket is too much. */
import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { boundBacklog } from './socket-backlog.js';

/** A connection whose transport writes when it is told to. */
function connection({ webSocket }: { webSocket: boolean }) {
  const events = new EventEmitter();
  const ended: string[] = [];
  const socket = { bufferedAmount: 0, terminate: () => ended.push('terminated') };
  const bounded = Object.assign(events, {
    transport: webSocket ? { socket } : {},
    close: (discard: boolean) => ended.push(discard ? 'closed' : 'closed in good order'),
  });
  const waiting: number[] = [];
  boundBacklog(bounded as unknown as Parameters<typeof boundBacklog>[0], 10_000, (bytes) => waiting.push(bytes));

  return {
    ended,
    waiting,
    socket,
    send: (length: number) => events.emit('packetCreate', { type: 'message', data: 'x'.repeat(length) }),
    flush: () => events.emit('flush'),
  };
}

describe('the backlog of a socket', () => {
  it('is nothing where everything is written at once, however much it is', () => {
    const { send, flush, ended } = connection({ webSocket: true });

    for (let packet = 0; packet < 100; packet += 1) {
      send(5000);
      flush();
    }
    expect(ended).toEqual([]);
  });

  it('may be one packet that is larger by itself', () => {
    const { send, flush, ended } = connection({ webSocket: true });
    send(1_000_000);
    flush();
    expect(ended).toEqual([]);
  });

  it('is what was not written and what the WebSocket holds, and ends the connection once, before it is too large', () => {
    const { send, flush, socket, ended, waiting } = connection({ webSocket: true });
    send(100);
    flush();
    socket.bufferedAmount = 6000;
    send(3000);
    expect(ended).toEqual([]);
    send(3000);
    send(3000);
    expect(ended).toEqual(['terminated']);
    expect(waiting).toEqual([9200]);
  });

  it('is bounded for long polling, which has no WebSocket', () => {
    const { send, ended } = connection({ webSocket: false });
    Array.from({ length: 12 }, () => send(800));
    expect(ended).toEqual(['closed']);
  });

  it('counts what many small packets occupy', () => {
    const { send, ended } = connection({ webSocket: false });
    Array.from({ length: 100 }, () => send(1));
    expect(ended).toEqual(['closed']);
  });
});
