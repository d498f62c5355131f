/** When what waits for a socket is too much, and when for all together. */
import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { SocketBacklogs, type BacklogBounds } from './socket-backlogs.js';

const bounds: BacklogBounds = { ofOne: 10_000, ofAll: 30_000 };

/** A connection whose transport writes when it is told to. */
function connection({
  webSocket,
  backlogs = new SocketBacklogs(bounds),
}: {
  webSocket: boolean;
  backlogs?: SocketBacklogs;
}) {
  const events = new EventEmitter();
  const ended: string[] = [];
  let buffered = 0;
  let looks = 0;
  const socket = {
    get bufferedAmount() {
      looks += 1;

      return buffered;
    },
    set bufferedAmount(bytes) {
      buffered = bytes;
    },
    terminate: () => ended.push('terminated'),
  };
  const bounded = Object.assign(events, {
    transport: webSocket ? { socket } : {},
    close: (discard: boolean) => ended.push(discard ? 'closed' : 'closed in good order'),
  });
  const waiting: number[] = [];
  const exceeded: string[] = [];
  backlogs.bound(bounded as unknown as Parameters<SocketBacklogs['bound']>[0], (bytes, bound) => {
    waiting.push(bytes);
    exceeded.push(bound);
  });

  return {
    ended,
    waiting,
    exceeded,
    socket,
    /** How often it was looked at. */
    looks: () => looks,
    close: () => events.emit('close'),
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

describe('the backlogs of all sockets', () => {
  const many = (count: number) => {
    const backlogs = new SocketBacklogs(bounds);

    return Array.from({ length: count }, () => connection({ webSocket: true, backlogs }));
  };
  /** Takes what is written, and has so much wait. */
  const stall = ({ socket, send, flush }: ReturnType<typeof connection>, bytes: number) => {
    send(bytes - 200);
    flush();
    socket.bufferedAmount = bytes;
  };

  it('end the largest first, whoever is sent something, and no more of them than have to', () => {
    const [large, larger, small, reader] = many(4) as [
      ReturnType<typeof connection>,
      ...ReturnType<typeof connection>[],
    ];
    stall(large, 9000);
    stall(larger!, 9500);
    stall(small!, 8000);
    expect([large, larger, small].map((one) => one!.ended)).toEqual([[], [], []]);
    reader!.send(4000);
    reader!.flush();

    expect([large, larger, small, reader].map((one) => one!.ended)).toEqual([[], ['terminated'], [], []]);
    expect(larger!.waiting).toEqual([9500]);
    expect(larger!.exceeded).toEqual(['ofAll']);
  });

  it('never are more than may wait, and leave those alone for whom nothing waits', () => {
    const stalled = many(100);
    const [reader] = stalled;
    for (const each of stalled.slice(1)) {
      stall(each, 5000);
      const waiting = stalled.filter(({ ended }) => ended.length === 0).map(({ socket }) => socket.bufferedAmount);
      expect(waiting.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(bounds.ofAll);
    }
    reader!.send(29_000);
    expect(reader!.ended).toEqual([]);
  });

  it('are none where everything is written at once, and of closed connections', () => {
    const [reader, ...stalled] = many(10);
    stalled.forEach((each) => {
      stall(each, 9000);
      each.close();
    });
    for (let packet = 0; packet < 100; packet += 1) {
      reader!.send(5000);
      reader!.flush();
    }
    expect([reader!, ...stalled].flatMap(({ ended }) => ended)).toEqual([]);
  });

  it('are added up seldom, also while they are nearly as large as they may be', () => {
    const [reader, ...stalled] = many(4);
    stalled.forEach((each) => stall(each, 8900));
    const before = stalled[0]!.looks();
    for (let packet = 0; packet < 300; packet += 1) {
      reader!.send(100);
      reader!.flush();
    }
    // 300 bytes each, 90,000 in all: with each tenth of the bound.
    expect(stalled[0]!.looks() - before).toBeLessThanOrEqual(30);
    expect(stalled.flatMap(({ ended }) => ended)).toEqual([]);
  });
});
