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
  private excess = 0;
  private lookedAt: number | null = null;

  /** @param maxBitrate bit/s that senders are told */
  constructor(maxBitrate: number) {
    this.bitsPerMillisecond = (maxBitrate * TOLERANCE.factor + TOLERANCE.bitrate) / 1000;
  }

  /**
   * Takes one look. Looks may be any time apart, since what counts is what came in between: few looks see as much as many. The first
   * only begins, as nobody knows in what time that came.
   *
   * @param bytes that came since the look before, over whichever transports
   * @param at milliseconds of a clock that never goes back
   * @returns whether it is too much
   */
  isOverspentBy(bytes: number, at: number): boolean {
    if (this.lookedAt !== null) {
      const tolerated = Math.max(0, at - this.lookedAt) * this.bitsPerMillisecond;
      this.excess = Math.max(0, this.excess + bytes * 8 - tolerated);
    }

    this.lookedAt = at;

    return this.excess > this.bitsPerMillisecond * TOLERANCE.seconds * 1000;
  }
}
