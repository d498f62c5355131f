/** What a bad network does to packets, made by the bots themselves: it loses some, and delays all. */

export interface NetworkConditions {
  /** Of packets in each direction, 0 to 1. */
  loss: number;
  /** Milliseconds in each direction. */
  delay: number;
  /** Milliseconds around the delay, evenly spread: packets overtake each other. */
  jitter: number;
}

const undisturbed: NetworkConditions = { loss: 0, delay: 0, jitter: 0 };

/** The network of one bot, for all its connections. */
export class Network {
  /** No packet arrives while this is true. */
  isDown = false;
  lost = 0;

  constructor(private readonly conditions: NetworkConditions | null = null) {}

  /**
   * Calls `deliver` when the packet arrives, if it does; at once where nothing is wrong. Handshakes are delayed, but arrive in
   * their order: the bots' DTLS, other than a browser's, does not get over the loss of a flight.
   */
  carry(packet: Buffer, deliver: () => void): void {
    const { loss, delay, jitter } = this.conditions ?? undisturbed;
    const isHandshake = packet[0]! >= 20 && packet[0]! <= 63;

    if (this.isDown || (loss > 0 && !isHandshake && Math.random() < loss)) {
      this.lost += 1;
      return;
    }

    const milliseconds = isHandshake ? delay : delay + (Math.random() * 2 - 1) * jitter;

    if (milliseconds > 0) {
      setTimeout(deliver, milliseconds);
    } else {
      deliver();
    }
  }
}
