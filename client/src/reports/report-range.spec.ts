import { describe, expect, it } from '@jest/globals';
import { limits } from '@minimeet/protocol';
import { bucketsFor, chosenRange, dayOf, daysFault, presetRange, queryOf, readRange, writeRange } from './report-range';

const now = new Date(2026, 2, 31, 14, 30);
const read = (query: string) => readRange(new URLSearchParams(query), now);

describe('readRange', () => {
  it('shows thirty days by day unless the address says more', () => {
    expect(read('')).toEqual({
      range: { preset: '30d', firstDay: '2026-03-02', lastDay: '2026-03-31', bucket: 'day' },
      faults: [],
    });
  });

  it('counts today as one of seven days', () => {
    expect(read('range=7d').range).toMatchObject({ firstDay: '2026-03-25', lastDay: '2026-03-31' });
  });

  it('begins twelve months with the first day of the first, also at the end of a long month', () => {
    expect(read('range=12m').range).toMatchObject({ firstDay: '2025-04-01', lastDay: '2026-03-31', bucket: 'month' });
  });

  it('reads own days and a bucket', () => {
    expect(read('from=2026-01-01&to=2026-01-02&bucket=day').range).toEqual({
      preset: null,
      firstDay: '2026-01-01',
      lastDay: '2026-01-02',
      bucket: 'day',
    });
  });

  it.each(['from=2026-02-31&to=2026-03-01', 'from=2026-03-02&to=2026-03-01', 'from=2026-03-01', 'range=2y'])(
    'says what is wrong with %s, and shows the usual days',
    (query) => {
      const { range, faults } = read(query);
      expect(faults).toHaveLength(1);
      expect(range.preset).toBe('30d');
    },
  );

  it('says so when the bucket is no bucket or too small for so many days', () => {
    expect(read('bucket=second').faults).toHaveLength(1);
    expect(read('range=12m&bucket=hour')).toMatchObject({ range: { bucket: 'month' }, faults: [expect.any(String)] });
  });
});

describe('writeRange', () => {
  it.each([
    'range=7d',
    'range=30d&bucket=week',
    'from=2026-01-01&to=2026-01-31',
    'from=2026-01-01&to=2026-01-31&bucket=hour',
  ])('writes what was read: %s', (query) => expect(writeRange(read(query).range).toString()).toBe(query));
});

describe('queryOf', () => {
  it('asks from midnight to midnight where the reader is', () => {
    expect(queryOf(chosenRange('2026-03-28', '2026-03-29'), 'Europe/Berlin')).toEqual({
      from: new Date(2026, 2, 28).toISOString(),
      to: new Date(2026, 2, 30).toISOString(),
      bucket: 'hour',
      timeZone: 'Europe/Berlin',
    });
  });

  it('never asks for more buckets than the server gives', () => {
    for (const last of ['2026-01-01', '2026-01-31', '2026-02-15', '2027-12-31', '2028-02-15', '2040-01-01']) {
      const days = { firstDay: '2026-01-01', lastDay: last };
      const hours = (new Date(`${last}T24:00`).getTime() - new Date('2026-01-01T00:00').getTime()) / 3_600_000;
      expect(bucketsFor(days).includes('hour')).toBe(hours + 2 <= limits.analyticsBuckets);
      expect(bucketsFor(days)).toContain('month');
      expect(bucketsFor(days)).toContain(chosenRange(days.firstDay, days.lastDay).bucket);
    }
  });
});

describe('daysFault', () => {
  it('takes one day, and refuses more than the server sums up', () => {
    expect(daysFault('2026-01-01', '2026-01-01')).toBeNull();
    expect(daysFault('1970-01-01', '2026-01-01')).toBeNull();
    expect(daysFault('1970-01-01', '2999-01-01')).toMatch(/too many/);
    expect(daysFault('', '2026-01-01')).toMatch(/dates/);
  });
});

it('names a preset’s last day by the reader’s calendar', () => {
  expect(presetRange('7d', now).lastDay).toBe(dayOf(now));
});
