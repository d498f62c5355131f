import { describe, expect, it } from '@jest/globals';
import type { ProducerStat } from 'mediasoup/types';
import { noFigures, StreamDeltas } from './stream-deltas.js';

const stat = (counters: Partial<ProducerStat>): ProducerStat =>
  ({
    ssrc: 1,
    packetCount: 0,
    byteCount: 0,
    packetsLost: 0,
    packetsRetransmitted: 0,
    nackCount: 0,
    pliCount: 0,
    firCount: 0,
    ...counters,
  }) as ProducerStat;

describe('the differences of counters', () => {
  it('add up to what was counted last, whenever it was looked at', () => {
    const deltas = new StreamDeltas();
    const [owner, sums] = [{}, noFigures()];

    for (const packetCount of [10, 10, 25, 100]) {
      deltas.add(owner, [stat({ packetCount, byteCount: packetCount * 100, pliCount: 3 })], sums);
    }

    expect(sums).toEqual({ ...noFigures(), packets: 100, bytes: 10_000, plis: 3 });
  });

  it('keep streams apart: by owner, and by the SSRC of each layer', () => {
    const deltas = new StreamDeltas();
    const sums = noFigures();
    deltas.add({}, [stat({ ssrc: 1, packetCount: 5 }), stat({ ssrc: 2, packetCount: 7 })], sums);
    deltas.add({}, [stat({ ssrc: 1, packetCount: 3 })], sums);

    expect(sums.packets).toBe(15);
  });

  it('count a stream that begins anew from nothing', () => {
    const deltas = new StreamDeltas();
    const [owner, sums] = [{}, noFigures()];
    deltas.add(owner, [stat({ packetCount: 100, nackCount: 9 })], sums);
    deltas.add(owner, [stat({ packetCount: 4, nackCount: 2 })], sums);

    expect(sums).toMatchObject({ packets: 104, nacks: 11 });
  });

  it('never fall when lost packets come late, and do not count later losses twice', () => {
    const deltas = new StreamDeltas();
    const [owner, sums] = [{}, noFigures()];
    const lost: number[] = [];

    for (const packetsLost of [10, 4, 9, 12, -3]) {
      deltas.add(owner, [stat({ packetCount: 500, packetsLost })], sums);
      lost.push(sums.lost);
    }

    expect(lost).toEqual([10, 10, 10, 12, 12]);
  });
});
