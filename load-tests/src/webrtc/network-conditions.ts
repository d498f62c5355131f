/** What a bad network does to packets, made by the bots themselves: it loses some, and delays all. */

export interface NetworkConditions {
  /** Of packets in each direction, 0 to 1. */
  loss: number;
  /** Milliseconds in each direction. */
  delay: number;
  /** Milliseconds around the delay, evenly spread; packets wait for those before them, and do not overtake. */
  jitter: number;
}

/** The network of one bot, for all its connections. */
export class Network {
  /** As performance.now() tells. */
  private downUntil = 0;

  constructor(readonly conditions: NetworkConditions | null = null) {}

  /** No packet arrives for so many milliseconds. */
  interrupt(milliseconds: number): void {
    this.downUntil = Math.max(this.downUntil, performance.now() + milliseconds);
  }

  /** Milliseconds until packets arrive again; 0: they do. */
  get downFor(): number {
    return this.downUntil === 0 ? 0 : Math.max(0, this.downUntil - performance.now());
  }

  /** For what goes from one end to the other. */
  path(): NetworkPath {
    return new NetworkPath(this);
  }
}

/** One direction of one connection. */
export class NetworkPath {
  private readonly waiting: { at: number; deliver: () => void }[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly network: Network) {}

  /**
   * Calls `deliver` when the packet arrives, if it does; at once where nothing is wrong. Handshakes only wait until the network is
   * there: the bots' DTLS, other than a browser's, does not get over a flight that is lost or late.
   */
  carry(packet: Buffer, deliver: () => void): void {
    const { conditions, downFor } = this.network;
    const isHandshake = packet[0]! >= 20 && packet[0]! <= 63;

    if (!isHandshake && (downFor > 0 || (conditions && Math.random() < conditions.loss))) {
      return;
    }

    const wait = isHandshake
      ? downFor
      : conditions
        ? conditions.delay + (Math.random() * 2 - 1) * conditions.jitter
        : 0;

    if (wait <= 0 && (isHandshake || this.waiting.length === 0)) {
      deliver();
      return;
    }

    const now = performance.now();
    this.waiting.push({ at: Math.max(now + wait, this.waiting.at(-1)?.at ?? 0), deliver });
    this.timer ??= setTimeout(() => this.arrive(), wait);
  }

  private arrive(): void {
    this.timer = null;
    const now = performance.now();

    while (this.waiting[0] && this.waiting[0].at <= now) {
      this.waiting.shift()?.deliver();
    }

    if (this.waiting[0] && !this.timer) {
      this.timer = setTimeout(() => this.arrive(), this.waiting[0].at - now);
    }
  }
}
