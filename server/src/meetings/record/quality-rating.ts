/** Says in one word how good a connection was. */
import type { QualityRating, QualitySummary } from '@minimeet/protocol';

type Measured = Pick<QualitySummary, 'roundTripTime' | 'lossRatio' | 'freezeSeconds' | 'measuredSeconds'>;

interface Limits {
  /** Milliseconds from client to server and back. */
  roundTripTime: number;
  /** Shares, 0 to 1: of the packets that were lost, and of the time in which a picture stood still. */
  lossRatio: number;
  frozen: number;
}

/**
 * Two people with this round trip to the server hear each other one such time late, beside what their buffers add. Up to
 * 150 ms hardly anybody notices, beyond 400 ms conversation suffers too much (ITU-T G.114). Loss of 1 % is concealed; beyond
 * 5 % words go missing (the packet-loss impairment of the E-model, ITU-T G.107, for a codec with concealment). For pictures
 * that stand still there is no such standard: half a second in a minute passes, three do not.
 */
const good: Limits = { roundTripTime: 150, lossRatio: 0.01, frozen: 0.01 };
const fair: Limits = { roundTripTime: 400, lossRatio: 0.05, frozen: 0.05 };

/** The worst of the three decides. A round trip that was never measured decides nothing. */
export function rateQuality(measured: Measured): QualityRating {
  if (isWithin(good, measured)) {
    return 'good';
  }

  return isWithin(fair, measured) ? 'fair' : 'poor';
}

function isWithin(limits: Limits, { roundTripTime, lossRatio, freezeSeconds, measuredSeconds }: Measured): boolean {
  return (
    (roundTripTime ?? 0) <= limits.roundTripTime &&
    lossRatio <= limits.lossRatio &&
    freezeSeconds <= limits.frozen * measuredSeconds
  );
}
