/** What happened on RTP streams between two looks at their counters: counters end with their stream, sums of differences do not. */
import type { ConsumerStat, ProducerStat } from 'mediasoup/types';

/** Of one or more streams. */
export interface StreamFigures {
  packets: number;
  /** With the RTP headers, without what is below them. */
  bytes: number;
  lost: number;
  retransmitted: number;
  /** RTCP feedback (RFC 4585, RFC 5104): requests to send packets again, and for a key frame in two ways. */
  nacks: number;
  plis: number;
  firs: number;
}

type StreamStat = ProducerStat | ConsumerStat;

export const noFigures = (): StreamFigures => ({
  packets: 0,
  bytes: 0,
  lost: 0,
  retransmitted: 0,
  nacks: 0,
  plis: 0,
  firs: 0,
});

const names = Object.keys(noFigures()) as (keyof StreamFigures)[];

/** Remembers the counters of streams for as long as their owners, producers or consumers, are remembered elsewhere. */
export class StreamDeltas {
  private readonly seen = new WeakMap<object, Map<number, StreamFigures>>();

  /** Adds to `sums` what is new in the owner's counters. */
  add(owner: object, stats: readonly StreamStat[], sums: StreamFigures): void {
    const seen = this.seen.get(owner) ?? new Map<number, StreamFigures>();
    this.seen.set(owner, seen);

    for (const stat of stats) {
      const now = countersOf(stat);
      const before = seen.get(stat.ssrc);
      // A layer that is sent anew counts anew.
      const begunAnew = before !== undefined && now.packets < before.packets;

      for (const name of names) {
        const earlier = begunAnew ? 0 : (before?.[name] ?? 0);
        sums[name] += Math.max(0, now[name] - earlier);
        // What was thought lost may come late (RFC 3550, appendix A.3); whatever is lost after that must not count twice.
        now[name] = Math.max(now[name], earlier);
      }

      seen.set(stat.ssrc, now);
    }
  }
}

function countersOf(stat: StreamStat): StreamFigures {
  return {
    packets: stat.packetCount,
    bytes: stat.byteCount,
    lost: Math.max(0, stat.packetsLost),
    retransmitted: stat.packetsRetransmitted,
    nacks: stat.nackCount,
    plis: stat.pliCount,
    firs: stat.firCount,
  };
}
