import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Absence } from './absence.js';

describe('the absence of a page', () => {
  let window: EventTarget;
  let document: EventTarget & { hidden: boolean };
  let absence: Absence;
  let heardAt: number;

  beforeEach(() => {
    jest.useFakeTimers();
    window = new EventTarget();
    document = Object.assign(new EventTarget(), { hidden: false });
    absence = new Absence({ window, document });
    absence.start();
    jest.advanceTimersByTime(10_000);
    heardAt = Date.now();
  });

  afterEach(() => {
    absence.stop();
    jest.useRealTimers();
  });

  /** Time goes on, and none of the page's timers runs. */
  const sleep = (milliseconds: number) => jest.setSystemTime(Date.now() + milliseconds);
  const wake = (milliseconds: number) => jest.advanceTimersByTime(milliseconds);

  it('is none while its timers run, however long its server is away', () => {
    wake(3_600_000);
    expect(absence.since(heardAt)).toBe(0);
  });

  it.each([300_000, 30_000])('is the %d ms for which its machine slept, also before a timer has run again', (slept) => {
    sleep(slept);
    expect(absence.since(heardAt)).toBeGreaterThanOrEqual(slept);
    wake(5000);
    expect(absence.since(heardAt)).toBeLessThan(slept + 2000);
  });

  it('is none on a busy machine', () => {
    for (let round = 0; round < 20; round++) {
      sleep(3000);
      wake(1000);
    }
    expect(absence.since(heardAt)).toBe(0);
  });

  it('is what it slept in several pieces', () => {
    for (let round = 0; round < 3; round++) {
      sleep(20_000);
      wake(2000);
    }
    expect(absence.since(heardAt)).toBeGreaterThanOrEqual(60_000);
  });

  it('is none where a hidden page is looked at once a minute, unless the browser froze it', () => {
    document.hidden = true;
    wake(1000);
    for (let round = 0; round < 3; round++) {
      sleep(59_000);
      wake(1000);
    }
    expect(absence.since(heardAt)).toBe(0);
    document.dispatchEvent(new Event('freeze'));
    sleep(59_000);
    wake(1000);
    expect(absence.since(heardAt)).toBeGreaterThanOrEqual(59_000);
  });

  it('is what a page spent in the cache of the browser', () => {
    document.hidden = true;
    window.dispatchEvent(new Event('pagehide'));
    sleep(40_000);
    document.hidden = false;
    wake(1000);
    expect(absence.since(heardAt)).toBeGreaterThanOrEqual(40_000);
  });

  it('is the time without a network, where that lasted for minutes', () => {
    window.dispatchEvent(new Event('offline'));
    wake(60_000);
    expect(absence.since(heardAt)).toBe(0);
    wake(90_000);
    expect(absence.since(heardAt)).toBe(150_000);
    window.dispatchEvent(new Event('online'));
    wake(10_000);
    expect(absence.since(heardAt)).toBe(150_000);
  });

  it('that was over long before the server was lost does not count', () => {
    sleep(300_000);
    wake(120_000);
    expect(absence.since(Date.now())).toBe(0);
  });

  it('counts where what had come before it is heard only after it', () => {
    sleep(300_000);
    heardAt = Date.now() + 5;
    wake(2000);
    expect(absence.since(heardAt)).toBeGreaterThanOrEqual(300_000);
  });
});
