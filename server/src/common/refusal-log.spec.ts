import { describe, expect, it } from '@jest/globals';
import { RefusalLog, type RefusalSummary } from './refusal-log.js';

describe('the log of refusals', () => {
  const recording = () => {
    const summaries: RefusalSummary[] = [];

    return { summaries, log: new RefusalLog((summary) => summaries.push(summary)) };
  };
  const times = (count: number, take: () => boolean) => Array.from({ length: count }, take).filter(Boolean).length;

  it('has a few lines of one source, and one that says how many more there were', () => {
    const { log, summaries } = recording();

    expect(times(37_000, () => log.take('socket one'))).toBe(10);
    expect(times(3, () => log.take('socket two'))).toBe(3);
    log.close();
    expect(summaries).toEqual([{ source: 'socket one', more: 36_990 }]);
  });

  it('has a bounded number of lines, however many sources there are', () => {
    const { log, summaries } = recording();
    let source = 0;

    expect(times(50_000, () => log.take(`address ${(source += 1)}`))).toBe(100);
    log.close();
    expect(summaries).toEqual([{ more: 49_900 }]);
  });

  it('begins anew with each window', () => {
    const { log, summaries } = recording();
    times(15, () => log.take('one'));
    log.close();
    expect(log.take('one')).toBe(true);
    log.close();
    expect(summaries).toEqual([{ source: 'one', more: 5 }]);
  });
});
