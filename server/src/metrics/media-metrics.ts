/** What flows in and out and what becomes of it on the way, as the workers count it. */
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Registry } from 'prom-client';
import type { MediaSample } from '../meetings/live/media-looks.js';
import { MediaSampler } from '../meetings/live/media-sampler.js';
import { Meetings } from '../meetings/meetings.js';
import type { StreamFigures } from '../meetings/live/stream-deltas.js';
import { MetricMaker, REGISTRY } from './metric-kinds.js';

/** Bytes a second: 100 kbit/s, 200 kbit/s, … 50 Mbit/s. */
const BANDWIDTH_BUCKETS = [100, 200, 500, 1000, 2000, 3000, 5000, 10_000, 20_000, 50_000].map(
  (kilobits) => (kilobits * 1000) / 8,
);

/** mediasoup's scores of a stream: 10 is perfect, 0 is nothing (https://mediasoup.org/documentation/v3/mediasoup/api/#consumer-score). */
const BEST_SCORE = 10;

const kinds = ['audio', 'video'] as const;

@Injectable()
export class MediaMetrics implements OnModuleInit {
  private readonly looks;
  private readonly transportBytes;
  private readonly probationBytes;
  private readonly packets;
  private readonly bytes;
  private readonly lost;
  private readonly retransmitted;
  private readonly feedback;
  private readonly bandwidth;
  private readonly scores;

  constructor(
    @Inject(REGISTRY) registry: Registry,
    private readonly sampler: MediaSampler,
    private readonly meetings: Meetings,
  ) {
    const make = new MetricMaker(registry);
    this.looks = make.counter(
      'media_looks_total',
      "Looks at one participant's media, the last one as they leave included; what follows is counted by them.",
    );
    this.transportBytes = make.counter(
      'transport_bytes_total',
      'Bytes on the transports of participants: media, retransmissions, feedback and everything else.',
      ['direction'],
    );
    this.probationBytes = make.counter(
      'probation_bytes_total',
      'Bytes of these that were sent only to find out how much a participant can receive.',
    );
    this.packets = make.counter('rtp_packets_total', 'RTP packets, without retransmissions.', ['direction', 'kind']);
    this.bytes = make.counter('rtp_bytes_total', 'Bytes in these RTP packets.', ['direction', 'kind']);
    this.lost = make.counter(
      'rtp_lost_packets_total',
      'RTP packets that were lost on the way: in, from participants; out, to them.',
      ['direction', 'kind'],
    );
    this.retransmitted = make.counter('rtp_retransmitted_packets_total', 'RTP packets that were sent again.', [
      'direction',
      'kind',
    ]);
    this.feedback = make.counter(
      'rtcp_feedback_total',
      'RTCP feedback about streams in, which the server sends, and out, which it gets: nack asks for packets, pli and fir for a key frame.',
      ['direction', 'kind', 'type'],
    );
    this.bandwidth = make.histogram(
      'available_outgoing_bytes_per_second',
      'What a participant who watches can receive, as it is estimated; one value for each look.',
      BANDWIDTH_BUCKETS,
    );
    this.scores = make.gauge('consumer_scores', 'Consumers that flow, by score: 10 is perfect, 0 is nothing.', [
      'kind',
      'score',
    ]);

    for (const direction of ['in', 'out'] as const) {
      this.transportBytes.inc({ direction }, 0);
      kinds.forEach((kind) => this.add(direction, kind, null));
    }
  }

  onModuleInit(): void {
    this.sampler.on('sampled', (sample) => this.take(sample));
  }

  refresh(): void {
    const counts = {
      audio: new Array<number>(BEST_SCORE + 1).fill(0),
      video: new Array<number>(BEST_SCORE + 1).fill(0),
    };

    for (const meeting of this.meetings.current) {
      for (const { media } of meeting.participants.values()) {
        for (const { kind, paused, producerPaused, score } of media.allConsumers) {
          if (!paused && !producerPaused) {
            counts[kind][score.score]! += 1;
          }
        }
      }
    }

    for (const kind of kinds) {
      counts[kind].forEach((count, score) => this.scores.set({ kind, score: String(score) }, count));
    }
  }

  private take(sample: MediaSample): void {
    this.looks.inc();
    this.transportBytes.inc({ direction: 'in' }, sample.bytesReceived);
    this.transportBytes.inc({ direction: 'out' }, sample.bytesSent);
    this.probationBytes.inc(sample.probationBytesSent);

    for (const kind of kinds) {
      this.add('in', kind, sample.incoming[kind]);
      this.add('out', kind, sample.outgoing[kind]);
    }

    if (sample.availableOutgoingBitrate !== null) {
      this.bandwidth.observe(sample.availableOutgoingBitrate / 8);
    }
  }

  /** @param figures `null` for none, so that the counters are there before anything happens */
  private add(direction: 'in' | 'out', kind: 'audio' | 'video', figures: StreamFigures | null): void {
    this.packets.inc({ direction, kind }, figures?.packets ?? 0);
    this.bytes.inc({ direction, kind }, figures?.bytes ?? 0);
    this.lost.inc({ direction, kind }, figures?.lost ?? 0);
    this.retransmitted.inc({ direction, kind }, figures?.retransmitted ?? 0);
    this.feedback.inc({ direction, kind, type: 'nack' }, figures?.nacks ?? 0);
    this.feedback.inc({ direction, kind, type: 'pli' }, figures?.plis ?? 0);
    this.feedback.inc({ direction, kind, type: 'fir' }, figures?.firs ?? 0);
  }
}
