/** What is measured of many bots: counts and durations, which processes tell each other and add up. */
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';

export const countNames = [
  'joinsTried',
  'joined',
  'reconnects',
  'outages',
  'chatMessages',
  'requests',
  'requestsFailed',
  'packetsSent',
  'packetsReceived',
  'packetsExpected',
  'packetsLost',
  'packetsRecovered',
  'packetsWanted',
  'packetsWantedOfUs',
  'packetsSentAgain',
  'keyFrameRequests',
  'decrypted',
  'undecipherable',
  'audioBytesSent',
  'audioBytesReceived',
  'videoBytesSent0',
  'videoBytesSent1',
  'videoBytesSent2',
  'videoBytesReceived0',
  'videoBytesReceived1',
  'videoBytesReceived2',
] as const;
export type CountName = (typeof countNames)[number];
export type Counts = Record<CountName, number>;

export const durationNames = [
  'connect',
  'join',
  'transport',
  'published',
  'complete',
  'firstPacket',
  'firstKeyFrame',
  'audioLatency',
  'videoLatency',
  'audioJitter',
  'videoJitter',
  'roundTrip',
  'signalling',
  'chat',
] as const;
export type DurationName = (typeof durationNames)[number];

export interface EncodedFigures {
  counts: Counts;
  /** Histograms of HdrHistogram, as its compressed base64. */
  durations: Partial<Record<DurationName, string>>;
}

/** Durations of one kind, in milliseconds; exact to one per cent and to the microsecond. */
export class Durations {
  private readonly histogram: Histogram;

  constructor(encoded?: string) {
    this.histogram = encoded === undefined ? emptyHistogram() : decodeFromCompressedBase64(encoded, 32);
  }

  get count(): number {
    return this.histogram.totalCount;
  }

  /** What is less than nothing, as clocks are compared, counts as a microsecond. */
  add(milliseconds: number): void {
    this.histogram.recordValue(Math.min(longest, Math.max(1, Math.round(milliseconds * 1000))));
  }

  addAll(other: Durations): void {
    this.histogram.add(other.histogram);
  }

  /** Milliseconds below which so many of a hundred are; `null` where there are none. */
  percentile(percent: number): number | null {
    return this.count === 0 ? null : this.histogram.getValueAtPercentile(percent) / 1000;
  }

  clear(): void {
    this.histogram.reset();
  }

  encode(): string {
    return encodeIntoCompressedBase64(this.histogram);
  }
}

/** Microseconds. */
const longest = 120_000_000;

function emptyHistogram(): Histogram {
  return build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: longest,
    numberOfSignificantValueDigits: 2,
    autoResize: false,
    useWebAssembly: false,
  });
}

export class Figures {
  readonly counts = noCounts();
  private readonly durations = new Map<DurationName, Durations>();

  static decode({ counts, durations }: EncodedFigures): Figures {
    const figures = new Figures();
    countNames.forEach((name) => (figures.counts[name] = counts[name]));
    durationNames.forEach((name) => {
      const encoded = durations[name];

      if (encoded !== undefined) {
        figures.durations.set(name, new Durations(encoded));
      }
    });

    return figures;
  }

  of(name: DurationName): Durations {
    const durations = this.durations.get(name) ?? new Durations();
    this.durations.set(name, durations);

    return durations;
  }

  add({ counts, durations }: Figures): this {
    countNames.forEach((name) => (this.counts[name] += counts[name]));
    durations.forEach((other, name) => this.of(name).addAll(other));

    return this;
  }

  encode(): EncodedFigures {
    return {
      counts: { ...this.counts },
      durations: Object.fromEntries([...this.durations].map(([name, durations]) => [name, durations.encode()])),
    };
  }
}

export function noCounts(): Counts {
  return Object.fromEntries(countNames.map((name) => [name, 0])) as Counts;
}
