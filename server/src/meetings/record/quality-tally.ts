/** What a participant's client has reported of its connection so far, summed up. */
import type { QualityReport, QualitySummary } from '@minimeet/protocol';
import { rateQuality } from './quality-rating.js';

/** Shares of a report in the sums are the seconds that it is about. */
export class QualityTally {
  private seconds = 0;
  private roundTripSeconds = 0;
  private roundTripSum = 0;
  private packetsReceived = 0;
  private packetsLost = 0;
  private sentBits = 0;
  private receivedBits = 0;
  private freezes = 0;
  private freezeSeconds = 0;

  add(report: QualityReport): void {
    const { seconds, roundTripTime } = report;
    this.seconds += seconds;

    if (roundTripTime !== null) {
      this.roundTripSeconds += seconds;
      this.roundTripSum += roundTripTime * seconds;
    }

    this.packetsReceived += report.packetsReceived;
    this.packetsLost += report.packetsLost;
    this.sentBits += report.sendBitrate * seconds;
    this.receivedBits += report.recvBitrate * seconds;
    // Nobody can have seen a picture stand still for longer than they watched, whatever a client says.
    this.freezeSeconds += Math.min(report.freezeSeconds, seconds);
    this.freezes = Math.min(this.freezes + report.freezes, 2 ** 31 - 1);
  }

  /** `null` before the first report. */
  get summary(): QualitySummary | null {
    if (this.seconds === 0) {
      return null;
    }

    const packets = this.packetsReceived + this.packetsLost;
    const measured = {
      roundTripTime: this.roundTripSeconds === 0 ? null : this.roundTripSum / this.roundTripSeconds,
      lossRatio: packets === 0 ? 0 : this.packetsLost / packets,
      sendBitrate: this.sentBits / this.seconds,
      recvBitrate: this.receivedBits / this.seconds,
      freezes: this.freezes,
      freezeSeconds: this.freezeSeconds,
      measuredSeconds: this.seconds,
    };

    return { rating: rateQuality(measured), ...measured };
  }
}
