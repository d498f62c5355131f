/** What happens on the sockets of this server, for whoever wants to watch. */
import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { ErrorCode, JoinTimings, QualityReport, RequestName } from '@minimeet/protocol';
import type { JoinSteps } from '../meetings/meetings.js';

/** A request that was answered. */
export interface SettledRequest {
  /** `unknown`: there is no such event. */
  event: RequestName | 'unknown';
  /** Why it was refused; `null` where it was fulfilled. */
  code: ErrorCode | null;
  /** From its arrival to the answer. */
  milliseconds: number;
}

/** Somebody took a seat: milliseconds that each step took, in their order. */
export interface SeatedCandidate extends JoinSteps {
  /** To find out who they are and which room they mean. */
  account: number;
  /** To put the answer together and to send it. */
  answer: number;
}

interface SignalingEventMap {
  socket_admitted: [];
  socket_refused: [ErrorCode];
  /** In Socket.IO's words, such as `ping timeout`. */
  socket_closed: [reason: string];
  /** A connection began with long polling (1), or does not use it any more, as it got through by WebSocket or has ended (-1). */
  polling_changed: [by: 1 | -1];
  /** A connection has ended over which no WebSocket got through. */
  polling_only: [];
  /** A socket is disconnected, as so many bytes wait for it that its client does not read. */
  socket_too_slow: [bytes: number];
  /** A socket is disconnected, as handling what it sent failed in a way that nobody foresaw. */
  socket_faulted: [];
  settled: [SettledRequest];
  seated: [SeatedCandidate];
  /** What a client reports may be anything within the bounds of its schema. */
  quality_reported: [QualityReport];
  /** Once for each participant. */
  join_reported: [JoinTimings];
}

@Injectable()
export class SignalingEvents extends EventEmitter<SignalingEventMap> {}
