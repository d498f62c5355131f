/**
 * Bounds what one receiver can have a sender do: each key frame costs the sender and all other receivers many times what a usual
 * frame does. The worker passes requests on (RTCP PLI and FIR) without asking this process, so it is watched how often a sender is
 * asked; receivers are looked at only while that is often.
 */
import type { Producer } from 'mediasoup/types';

/** So many requests for one layer within so many milliseconds are looked into. A crowd that comes causes as many. */
const storm = { requests: 3, within: 1500 };
/** Milliseconds between two looks at the receivers of one producer. */
const lookInterval = 700;
/** What one receiver may ask for: requests a second, once it has asked that many times. */
const mayAsk = { aSecond: 1.5, atOnce: 4 };
/** Milliseconds that are looked back on. */
const span = 4000;
/** Milliseconds without the video, for the first time and at most: twice as long each time that it begins again before it was good for a minute. */
const hold = { first: 5000, most: 60_000, forgottenAfter: 60_000 };

/** Somebody who is sent the video. */
export interface KeyFrameAsker {
  /** Requests that came over RTCP so far; `null` where nobody can tell, or nothing is sent. */
  keyFramesAsked(): Promise<number | null>;
  /** Sends nothing for so many milliseconds. */
  hold(milliseconds: number): void;
}

/** How often one receiver asks. Times are milliseconds on a clock that never goes back. */
export class AskingRate {
  private holdFor = hold.first;
  private heldUntil = -Infinity;

  constructor(
    private at: number,
    private count = 0,
  ) {}

  /**
   * @param count requests so far
   * @returns milliseconds to hold the video back, 0 for a receiver who asks as receivers do
   */
  look(count: number, now: number): number {
    // What was asked before a hold is answered for.
    if (now < this.heldUntil) {
      return 0;
    }

    const asked = count - this.count;
    const isTooOften = asked >= mayAsk.atOnce && (asked * 1000) / (now - this.at) > mayAsk.aSecond;

    if (!isTooOften) {
      if (now - this.at > span) {
        [this.at, this.count] = [now, count];
      }

      return 0;
    }

    const isAgain = now - this.heldUntil < hold.forgottenAfter;
    this.holdFor = isAgain ? Math.min(this.holdFor * 2, hold.most) : hold.first;
    this.heldUntil = now + this.holdFor;
    [this.at, this.count] = [this.heldUntil, count];

    return this.holdFor;
  }
}

export class KeyFrameRequests {
  private readonly askers = new Map<KeyFrameAsker, AskingRate>();
  /** When a layer was asked for last, by SSRC. */
  private readonly asked = new Map<number, number[]>();
  private lookedAt = -lookInterval;
  private looking = false;

  constructor(producer: Producer) {
    producer.on('trace', ({ info }: { info: { ssrc?: number } }) => void this.note(info.ssrc ?? 0));
    // A producer that is closing needs no watch.
    producer.enableTraceEvent(['pli', 'fir']).catch(() => undefined);
  }

  add(asker: KeyFrameAsker): void {
    this.askers.set(asker, new AskingRate(performance.now()));
  }

  remove(asker: KeyFrameAsker): void {
    this.askers.delete(asker);
  }

  private async note(ssrc: number): Promise<void> {
    const now = performance.now();
    const times = [...(this.asked.get(ssrc) ?? []), now].slice(-storm.requests);
    this.asked.set(ssrc, times);
    const isStorm = times.length === storm.requests && now - times[0]! <= storm.within;

    if (!isStorm || this.looking || now - this.lookedAt < lookInterval) {
      return;
    }

    this.looking = true;
    await Promise.all([...this.askers].map(([asker, rate]) => look(asker, rate)));
    this.lookedAt = performance.now();
    this.looking = false;
  }
}

async function look(asker: KeyFrameAsker, rate: AskingRate): Promise<void> {
  const count = await asker.keyFramesAsked().catch(() => null);
  const milliseconds = count === null ? 0 : rate.look(count, performance.now());

  if (milliseconds > 0) {
    asker.hold(milliseconds);
  }
}
