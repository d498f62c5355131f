import { describe, expect, it } from '@jest/globals';
import * as figures from './figures';

describe('figures', () => {
  it.each([
    [0, '0 s'],
    [0.75, '45 s'],
    [12.4, '12 min'],
    [59.7, '1 h'],
    [185, '3 h 5 min'],
    [74_070, '1,234 h'],
  ])('writes %d minutes as people say them', (minutes, label) => {
    expect(figures.durationLabel(minutes, 'en')).toBe(label);
  });

  it.each([
    [0, '0 %'],
    [0.004, '0.4 %'],
    [0.12, '12 %'],
    [0.0996, '10 %'],
    [1, '100 %'],
  ])('writes a share of %d', (share, label) => {
    expect(figures.shareLabel(share, 'en')).toBe(label);
  });

  it('writes bitrates in the unit that fits', () => {
    expect(figures.bitrateLabel(0, 'en')).toBe('0 kbit/s');
    expect(figures.bitrateLabel(640_400, 'en')).toBe('640 kbit/s');
    expect(figures.bitrateLabel(1_800_000, 'en')).toBe('1.8 Mbit/s');
    expect(figures.bitrateLabel(2_000_000_000, 'en')).toBe('2.0 Gbit/s');
  });

  it('has a dash for what was not measured', () => {
    expect(figures.millisecondsLabel(null)).toBe('–');
    expect(figures.millisecondsLabel(37.6, 'en')).toBe('38 ms');
  });

  it('names buckets by the report’s time zone, wherever the reader is', () => {
    const { short, long } = figures.bucketLabels({ bucket: 'day', timeZone: 'Pacific/Auckland' }, 'en-GB');
    expect(short('2026-01-31T11:00:00.000Z')).toBe('1 Feb');
    expect(long('2026-01-31T11:00:00.000Z')).toContain('1 February 2026');
    expect(figures.bucketLabels({ bucket: 'week', timeZone: 'UTC' }, 'en-GB').long('2026-02-02T00:00:00.000Z')).toBe(
      'Week of 2 February 2026',
    );
  });

  it('names the classes of durations by their ends', () => {
    const classes = [5, 15, 60, 120, null].map((upToMinutes) => ({ upToMinutes, meetings: 1 }));
    expect(figures.durationClassLabels(classes)).toEqual([
      'up to 5 min',
      '5 to 15 min',
      '15 to 60 min',
      '1 h to 2 h',
      'over 2 h',
    ]);
  });
});
