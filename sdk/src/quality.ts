/** What the counters of both connections say about how well somebody is connected: the difference of two looks at them. */
import type { QualityReport } from '@minimeet/protocol';
import type { MeetingStats } from './types.js';

/** Counters since a stream began. */
interface StreamCounters {
  packetsReceived: number;
  packetsLost: number;
  freezes: number;
  freezeSeconds: number;
}

/** One look at the counters, at `at` milliseconds of a clock that is never set. */
export interface QualitySnapshot {
  at: number;
  /** By stream; one that has ended is not there any more. */
  streams: ReadonlyMap<string, StreamCounters>;
  bytesSent: number;
  bytesReceived: number;
  /** Milliseconds, the mean of both connections; `null` before it was measured. */
  roundTripTime: number | null;
}

/** What is read of the entries of a report; browsers and libwebrtc in Node leave out what they do not count. */
interface StatsEntry {
  id: string;
  type: string;
  packetsReceived?: number;
  packetsLost?: number;
  mid?: string;
  freezeCount?: number;
  totalFreezesDuration?: number;
  bytesSent?: number;
  bytesReceived?: number;
  currentRoundTripTime?: number;
  nominated?: boolean;
  state?: string;
  selectedCandidatePairId?: string;
}

/** The media section of the stream on which mediasoup probes for bandwidth, which is nobody's picture. */
const probator = 'probator';

export function snapshotOf({ send, recv }: MeetingStats, at: number): QualitySnapshot {
  const [sending, receiving] = [entriesOf(send), entriesOf(recv)];
  const pairs = [selectedPair(sending), selectedPair(receiving)];
  const roundTrips = pairs.flatMap((pair) => pair?.currentRoundTripTime ?? []);

  return {
    at,
    streams: new Map(
      receiving.filter(isStream).map(({ id, packetsReceived, packetsLost, freezeCount, totalFreezesDuration }) => [
        id,
        {
          packetsReceived: packetsReceived ?? 0,
          packetsLost: packetsLost ?? 0,
          freezes: freezeCount ?? 0,
          freezeSeconds: totalFreezesDuration ?? 0,
        },
      ]),
    ),
    bytesSent: pairs[0]?.bytesSent ?? 0,
    bytesReceived: pairs[1]?.bytesReceived ?? 0,
    roundTripTime:
      roundTrips.length === 0
        ? null
        : (roundTrips.reduce((sum, seconds) => sum + seconds, 0) / roundTrips.length) * 1000,
  };
}

/**
 * What happened from one look to the next; `before` is `null` for the first since joining, which was at `since`. A counter
 * that went back has begun anew: after an ICE restart over another pair, or when a stream's id was used again.
 */
export function qualityBetween(
  before: QualitySnapshot | null,
  now: QualitySnapshot,
  since: number,
): QualityReport | null {
  const seconds = (now.at - (before?.at ?? since)) / 1000;
  if (seconds <= 0) return null;
  const sums: StreamCounters = { packetsReceived: 0, packetsLost: 0, freezes: 0, freezeSeconds: 0 };
  for (const [id, counters] of now.streams) {
    const earlier = before?.streams.get(id);
    const restarted = earlier !== undefined && counters.packetsReceived < earlier.packetsReceived;
    for (const name of Object.keys(sums) as (keyof StreamCounters)[]) {
      // Fewer lost than before is no restart: what was thought lost has come late (RFC 3550, appendix A.3).
      sums[name] += counters[name] - (restarted ? 0 : (earlier?.[name] ?? 0));
    }
  }
  const bitrate = (bytes: number, earlier = 0) => ((bytes < earlier ? bytes : bytes - earlier) * 8) / seconds;
  return {
    seconds: Math.min(seconds, 3600),
    roundTripTime: now.roundTripTime === null ? null : within(60_000, now.roundTripTime),
    packetsReceived: within(1e9, Math.round(sums.packetsReceived)),
    packetsLost: within(1e9, Math.round(sums.packetsLost)),
    sendBitrate: within(1e10, bitrate(now.bytesSent, before?.bytesSent)),
    recvBitrate: within(1e10, bitrate(now.bytesReceived, before?.bytesReceived)),
    freezes: within(1e6, Math.round(sums.freezes)),
    freezeSeconds: within(1e6, sums.freezeSeconds),
  };
}

function entriesOf(report: RTCStatsReport | null): StatsEntry[] {
  const entries: StatsEntry[] = [];
  report?.forEach((entry: StatsEntry) => entries.push(entry));
  return entries;
}

function isStream({ type, mid }: StatsEntry): boolean {
  return type === 'inbound-rtp' && mid !== probator;
}

/** The pair of addresses that the connection uses; old libwebrtc names it only by having nominated it. */
function selectedPair(entries: StatsEntry[]): StatsEntry | undefined {
  const selected = entries.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
  const pairs = entries.filter(({ type }) => type === 'candidate-pair');
  return (
    pairs.find(({ id }) => id === selected) ??
    pairs.find(({ nominated, state }) => nominated === true && state === 'succeeded')
  );
}

/** Never more than the wire takes, and never below nothing. */
function within(most: number, value: number): number {
  return Math.min(most, Math.max(0, value));
}
