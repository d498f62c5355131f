/** Sockets, requests and joins, and what clients report of their connections. */
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { requests, type ErrorCode, type JoinTimings, type QualityReport } from '@minimeet/protocol';
import { limitNames, Refusals } from '../common/refusals.js';
import { SignalingEvents, type SeatedCandidate, type SettledRequest } from '../signaling/signaling-events.js';
import { MetricMaker, REGISTRY, REQUEST_BUCKETS, WAITING_BUCKETS } from './metric-kinds.js';

/** Of Socket.IO (https://socket.io/docs/v4/server-socket-instance/#disconnect), and of ours: a client did not read what was sent to it. */
const closeReasons = new Set([
  'client namespace disconnect',
  'fault',
  'forced close',
  'forced server close',
  'parse error',
  'malformed packet',
  'ping timeout',
  'server namespace disconnect',
  'server shutting down',
  'too many packets',
  'too slow',
  'transport close',
  'transport error',
]);

/** Why people are kept out, in the usual course of things; other reasons appear when they occur. */
const refusals: ErrorCode[] = [
  'database_unavailable',
  'internal_error',
  'lobby_waiting',
  'meeting_elsewhere',
  'meeting_locked',
  'not_allowed',
  'password_required',
  'rate_limited',
  'room_full',
  'room_not_found',
  'server_full',
  'server_stopping',
  'timeout',
  'unsupported_media',
  'wrong_password',
];

const joinSteps: (keyof SeatedCandidate)[] = ['account', 'meeting', 'messages', 'transports', 'answer'];

const RATIO_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
const ROUND_TRIP_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2];

@Injectable()
export class SignalingMetrics implements OnModuleInit {
  private readonly sockets;
  private readonly polling;
  private readonly pollingOnly;
  private readonly connections;
  private readonly disconnections;
  private readonly faults;
  private readonly refusals;
  private readonly requests;
  private readonly requestDuration;
  private readonly joins;
  private readonly joinDuration;
  private readonly joinSteps;
  private readonly resumes;
  private readonly clientJoins;
  private readonly firstMedia;
  private readonly roundTrips;
  private readonly loss;
  private readonly frozen;

  constructor(
    @Inject(REGISTRY) registry: Registry,
    private readonly events: SignalingEvents,
    private readonly refused: Refusals,
  ) {
    const make = new MetricMaker(registry);
    this.sockets = make.gauge('sockets', 'Sockets that are connected.');
    this.polling = make.gauge(
      'sockets_polling',
      'Sockets that use long polling: for a moment each that begins so, for long where no WebSocket gets through.',
    );
    this.pollingOnly = make.counter(
      'sockets_polling_only_total',
      'Sockets that ended without a WebSocket having got through: look for a proxy that does not pass them on.',
    );
    this.connections = make.counter(
      'socket_connections_total',
      'Sockets that came: admitted, or refused with this error code.',
      ['result'],
    );
    this.disconnections = make.counter('socket_disconnections_total', 'Sockets that went, by reason.', ['reason']);
    this.faults = make.counter(
      'socket_faults_total',
      'Sockets that were disconnected because handling what they sent failed.',
    );
    this.refusals = make.counter('refusals_total', 'What was refused because of a limit, by limit.', ['limit']);
    this.requests = make.counter(
      'signaling_requests_total',
      'Requests over sockets: ok, or refused with this error code.',
      ['event', 'result'],
    );
    this.requestDuration = make.histogram(
      'signaling_request_duration_seconds',
      'From the arrival of a request to its answer, fulfilled or not.',
      REQUEST_BUCKETS,
      ['event'],
    );
    this.joins = make.counter('joins_total', 'Requests to join: joined, or refused with this error code.', ['outcome']);
    this.joinDuration = make.histogram(
      'join_duration_seconds',
      'From the arrival of a request to join to its answer, of those who joined.',
      REQUEST_BUCKETS,
    );
    this.joinSteps = make.histogram(
      'join_step_duration_seconds',
      'The steps of joining: account and room, meeting, old messages, transports, answer.',
      REQUEST_BUCKETS,
      ['step'],
    );
    this.resumes = make.counter(
      'resumes_total',
      'Requests to take over the seat of a lost connection: resumed, or refused with this error code.',
      ['outcome'],
    );
    this.clientJoins = make.histogram(
      'client_join_duration_seconds',
      'From the wish to join until the answer came, as clients report it.',
      WAITING_BUCKETS,
    );
    this.firstMedia = make.histogram(
      'client_first_media_seconds',
      'From the wish to join until the first sound or picture came, as clients report it, where somebody sent any.',
      WAITING_BUCKETS,
      ['kind'],
    );
    this.roundTrips = make.histogram(
      'client_round_trip_seconds',
      'Round-trip time of media, one value for each report of a client.',
      ROUND_TRIP_BUCKETS,
    );
    this.loss = make.histogram(
      'client_loss_ratio',
      'Share of the media packets for a client that did not arrive, one value for each report.',
      RATIO_BUCKETS,
    );
    this.frozen = make.histogram(
      'client_frozen_ratio',
      'Share of the time in which pictures stood still, all of them together, one value for each report.',
      RATIO_BUCKETS,
    );
    // A counter that begins with its first event hides that event: rate() sees differences.
    ['admitted', 'unauthorized'].forEach((result) => this.connections.inc({ result }, 0));
    closeReasons.forEach((reason) => this.disconnections.inc({ reason: labelOf(reason) }, 0));
    limitNames.forEach((limit) => this.refusals.inc({ limit }, 0));
    for (const event of Object.keys(requests)) {
      this.requests.inc({ event, result: 'ok' }, 0);
      this.requestDuration.zero({ event });
    }
    joinSteps.forEach((step) => this.joinSteps.zero({ step }));
    ['audio', 'video'].forEach((kind) => this.firstMedia.zero({ kind }));
    ['joined', ...refusals].forEach((outcome) => this.joins.inc({ outcome }, 0));
    ['resumed', 'session_expired'].forEach((outcome) => this.resumes.inc({ outcome }, 0));
  }

  onModuleInit(): void {
    this.events.on('socket_admitted', () => {
      this.connections.inc({ result: 'admitted' });
      this.sockets.inc();
    });
    this.events.on('polling_changed', (by) => this.polling.inc(by));
    this.events.on('polling_only', () => this.pollingOnly.inc());
    this.events.on('socket_refused', (code) => this.connections.inc({ result: code }));
    this.events.on('socket_closed', (reason) => {
      this.sockets.dec();
      this.disconnections.inc({ reason: closeReasons.has(reason) ? labelOf(reason) : 'unknown' });
    });
    this.events.on('socket_faulted', () => this.faults.inc());
    this.refused.on('refused', (limit) => this.refusals.inc({ limit }));
    this.events.on('settled', (request) => this.countRequest(request));
    this.events.on('seated', (steps) => this.observeSteps(steps));
    this.events.on('quality_reported', (report) => this.observeQuality(report));
    this.events.on('join_reported', (timings) => this.observeJoin(timings));
  }

  private countRequest({ event, code, milliseconds }: SettledRequest): void {
    this.requests.inc({ event, result: code ?? 'ok' });
    this.requestDuration.observe({ event }, milliseconds / 1000);

    if (event === 'join_room') {
      this.joins.inc({ outcome: code ?? 'joined' });
    } else if (event === 'resume_session') {
      this.resumes.inc({ outcome: code ?? 'resumed' });
    }

    if (event === 'join_room' && code === null) {
      this.joinDuration.observe(milliseconds / 1000);
    }
  }

  private observeSteps(steps: SeatedCandidate): void {
    for (const [step, milliseconds] of Object.entries(steps)) {
      this.joinSteps.observe({ step }, milliseconds / 1000);
    }
  }

  /** Each report counts once, whatever is in it: no client can move the figures of all the others by large numbers. */
  private observeQuality({ seconds, roundTripTime, packetsReceived, packetsLost, freezeSeconds }: QualityReport): void {
    const packets = packetsReceived + packetsLost;

    if (roundTripTime !== null) {
      this.roundTrips.observe(roundTripTime / 1000);
    }

    if (packets > 0) {
      this.loss.observe(packetsLost / packets);
      this.frozen.observe(Math.min(1, freezeSeconds / seconds));
    }
  }

  private observeJoin({ answered, firstAudio, firstVideo }: JoinTimings): void {
    this.clientJoins.observe(answered / 1000);

    for (const [kind, milliseconds] of [
      ['audio', firstAudio],
      ['video', firstVideo],
    ] as const) {
      if (milliseconds !== null) {
        this.firstMedia.observe({ kind }, milliseconds / 1000);
      }
    }
  }
}

function labelOf(reason: string): string {
  return reason.replaceAll(' ', '_');
}
