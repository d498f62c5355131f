/** Where days, weeks, months and hours begin, also where clocks are put forward and back. */
import { describe, expect, it } from '@jest/globals';
import { limits, type AnalyticsQuery } from '@minimeet/protocol';
import * as fc from 'fast-check';
import { bucketsOf, evenRuns } from './buckets.js';

const now = new Date('2026-11-24T12:34:56.789Z');

function begins(query: Partial<AnalyticsQuery>): string[] {
  const { edges } = bucketsOf({ bucket: 'day', timeZone: 'UTC', ...query }, now);

  return edges.map((edge) => new Date(edge * 1000).toISOString().slice(0, 16));
}

describe('buckets', () => {
  it('are the last thirty days where nothing is asked for', () => {
    const { from, to, edges } = bucketsOf({ bucket: 'day', timeZone: 'UTC' }, now);

    expect([from.toISOString(), to.toISOString()]).toEqual(['2026-10-25T12:34:56.789Z', '2026-11-24T12:34:56.789Z']);
    expect(edges).toHaveLength(32);
  });

  it('begin at the midnight of the time zone, and have 23 and 25 hours where its clocks change', () => {
    const timeZone = 'Europe/Berlin';

    expect(begins({ timeZone, from: '2026-03-27T23:00:00Z', to: '2026-03-30T22:00:00Z' })).toEqual([
      '2026-03-27T23:00',
      '2026-03-28T23:00',
      '2026-03-29T22:00',
      '2026-03-30T22:00',
    ]);
    expect(begins({ timeZone, from: '2026-10-24T22:00:00Z', to: '2026-10-26T23:00:00Z' })).toEqual([
      '2026-10-24T22:00',
      '2026-10-25T23:00',
      '2026-10-26T23:00',
    ]);
  });

  it('begin later on a day without a midnight, and the next day at midnight again', () => {
    // Clocks in Lebanon go from 00:00 to 01:00.
    expect(begins({ timeZone: 'Asia/Beirut', from: '2025-03-29T22:00:00Z', to: '2025-04-01T21:00:00Z' })).toEqual([
      '2025-03-29T22:00',
      '2025-03-30T21:00',
      '2025-03-31T21:00',
      '2025-04-01T21:00',
    ]);
  });

  it('leave out a day that there never was', () => {
    // Samoa went from the 29th of December to the 31st.
    expect(begins({ timeZone: 'Pacific/Apia', from: '2011-12-29T10:00:00Z', to: '2011-12-31T10:00:00Z' })).toEqual([
      '2011-12-29T10:00',
      '2011-12-30T10:00',
      '2011-12-31T10:00',
    ]);
  });

  it('lie on half hours where the time zone does', () => {
    expect(begins({ timeZone: 'Asia/Kolkata', from: '2026-01-01T00:00:00Z', to: '2026-01-01T20:00:00Z' })).toEqual([
      '2025-12-31T18:30',
      '2026-01-01T18:30',
      '2026-01-02T18:30',
    ]);
  });

  it('are weeks from Monday, and months of their own lengths', () => {
    expect(begins({ bucket: 'week', from: '2026-01-01T00:00:00Z', to: '2026-01-12T00:00:00Z' })).toEqual([
      '2025-12-29T00:00',
      '2026-01-05T00:00',
      '2026-01-12T00:00',
    ]);
    expect(begins({ bucket: 'month', from: '2026-01-31T00:00:00Z', to: '2026-03-02T00:00:00Z' })).toEqual([
      '2026-01-01T00:00',
      '2026-02-01T00:00',
      '2026-03-01T00:00',
      '2026-04-01T00:00',
    ]);
  });

  it('are refused when they are none or too many', () => {
    const query = { bucket: 'hour', timeZone: 'UTC', from: '2026-01-01T00:00:00Z' } as const;
    const hours = (count: number) => new Date(Date.UTC(2026, 0, 1) + count * 3_600_000).toISOString();
    const refused = expect.objectContaining({ code: 'invalid_payload' });

    expect(bucketsOf({ ...query, to: hours(limits.analyticsBuckets) }, now).edges).toHaveLength(751);
    expect(() => bucketsOf({ ...query, to: hours(limits.analyticsBuckets + 1) }, now)).toThrow(refused);
    expect(() => bucketsOf({ ...query, to: query.from }, now)).toThrow(refused);
    expect(() => bucketsOf({ ...query, from: '0001-01-01T00:00:00Z', to: '9999-12-31T00:00:00Z' }, now)).toThrow(
      refused,
    );
  });

  it('hold the whole interval without gaps, whatever is asked for', () => {
    const time = fc.date({ min: new Date('1990-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
    const timeZone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/St_Johns',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'Africa/Cairo',
    );
    const bucket = fc.constantFrom('hour', 'day', 'week', 'month');

    fc.assert(
      fc.property(time, fc.integer({ min: 1, max: 700 * 3_600_000 }), timeZone, bucket, (from, length, zone, size) => {
        const to = new Date(from.getTime() + length);
        const query = { bucket: size, timeZone: zone, from: from.toISOString(), to: to.toISOString() } as const;
        const { edges } = bucketsOf(query, now);

        expect(edges[0]! * 1000).toBeLessThanOrEqual(from.getTime());
        expect(edges[1]! * 1000).toBeGreaterThan(from.getTime());
        expect(edges.at(-1)! * 1000).toBeGreaterThanOrEqual(to.getTime());
        expect(edges.at(-2)! * 1000).toBeLessThan(to.getTime());
        expect(edges.every((edge, index) => index === 0 || edge > edges[index - 1]!)).toBe(true);
      }),
    );
  });
});

describe('even runs', () => {
  it('are one for all days of one length', () => {
    const { edges } = bucketsOf(
      { bucket: 'day', timeZone: 'Europe/Berlin', from: '2026-01-01T00:00:00Z', to: '2026-12-31T00:00:00Z' },
      now,
    );

    // Winter, the day with 23 hours, summer, the day with 25, winter.
    expect(evenRuns(edges).map(({ first, spacing }) => [first, spacing / 3600])).toEqual([
      [0, 24],
      [87, 23],
      [88, 24],
      [297, 25],
      [298, 24],
    ]);
  });

  it('lead back to every edge', () => {
    const edge = fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 2 });

    fc.assert(
      fc.property(edge, (unsorted) => {
        const edges = unsorted.toSorted((one, other) => one - other);
        const runs = evenRuns(edges);
        const again = edges.slice(0, -1).map((_, index) => {
          const { first, begin, spacing } = runs.findLast((run) => run.first <= index)!;

          return begin + (index - first) * spacing;
        });

        expect(again).toEqual(edges.slice(0, -1));
      }),
    );
  });
});
