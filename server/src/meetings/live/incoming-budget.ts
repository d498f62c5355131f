/** Whether somebody sends far more than senders are told to. Pure: it is told what came, and when. */

/**
 * How far senders who follow the limit may be over it. It bounds what their encoders and pacers aim at: retransmissions, key frames and the
 * beginning of a screen come to less than as much again (`factor`). What no estimate of bandwidth governs comes on top, and matters where
 * the limit is small (`bitrate`, bit/s): sound, feedback, the least that an encoder can make of a picture. And all of it may come at once
 * (`seconds`), as after a network that held packets back.
 */
export const TOLERANCE = { factor: 2, bitrate: 500_000, seconds: 15 } as const;

export class IncomingBudget {
  private readonly bitsPerMillisecond: number;
  /** Bits that came, and for which there was no time yet. */
  private bits = 0;

  /**
   * @param maxBitrate bit/s that senders are told
   * @param lookedAt milliseconds of a clock that never goes back: when nothing had come yet
   */
  constructor(
    maxBitrate: number,
    private lookedAt: number,
  ) {
    this.bitsPerMillisecond = (maxBitrate * TOLERANCE.factor + TOLERANCE.bitrate) / 1000;
  }

  /** Bits that came, and for which there was no time yet until then. */
  excessAt(at: number): number {
    return Math.max(0, this.bits - this.toleratedUntil(at));
  }

  /**
   * Takes one look. Looks may be any time apart, since what counts is what came in between: few looks see as much as many.
   *
   * @param bytes that came since the look before, over whichever transports
   * @param at by the same clock
   * @returns whether it is too much
   */
  isOverspentBy(bytes: number, at: number): boolean {
    this.bits = Math.max(0, this.bits + bytes * 8 - this.toleratedUntil(at));
    this.lookedAt = Math.max(this.lookedAt, at);

    return this.bits > this.bitsPerMillisecond * TOLERANCE.seconds * 1000;
  }

  private toleratedUntil(at: number): number {
    return Math.max(0, at - this.lookedAt) * this.bitsPerMillisecond;
  }
}
