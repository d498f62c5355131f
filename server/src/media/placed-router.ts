/** A router and the worker it lives on. */
import type { Router, WebRtcTransport } from 'mediasoup/types';
import type { MediaWorker } from './media-worker.js';

export class PlacedRouter {
  constructor(
    readonly router: Router,
    readonly worker: MediaWorker,
  ) {}

  /** A transport for one direction of one participant; `send` is what the client sends. */
  createTransport(direction: 'send' | 'recv'): Promise<WebRtcTransport> {
    return this.worker.createTransport(this.router, direction);
  }
}
