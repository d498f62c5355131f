import { describe, expect, it } from '@jest/globals';
import { dayLabel, isSameDay, timeLabel } from './message-time';

const now = new Date(2026, 2, 30, 0, 30);

describe('dayLabel', () => {
  it('calls the days next to now by their name', () => {
    expect(dayLabel(new Date(2026, 2, 30, 0, 1), now)).toBe('Today');
    expect(dayLabel(new Date(2026, 2, 29, 23, 59), now)).toBe('Yesterday');
  });

  it('writes older days as a date, with the year only when it differs', () => {
    expect(dayLabel(new Date(2026, 2, 28, 12), now, 'en-GB')).toMatch(/^Saturday,? 28 March$/);
    expect(dayLabel(new Date(2025, 11, 24, 12), now, 'en-GB')).toMatch(/^Wednesday,? 24 December 2025$/);
  });
});

describe('timeLabel', () => {
  it('writes hours and minutes as the language does', () => {
    expect(timeLabel(new Date(2026, 2, 30, 14, 5), 'en-GB')).toBe('14:05');
    expect(timeLabel(new Date(2026, 2, 30, 14, 5), 'en-US')).toMatch(/^2:05\sPM$/u);
  });
});

describe('isSameDay', () => {
  it('compares calendar days, not spans of 24 hours', () => {
    expect(isSameDay(new Date(2026, 2, 30, 0, 0), new Date(2026, 2, 30, 23, 59))).toBe(true);
    expect(isSameDay(new Date(2026, 2, 29, 23, 59), new Date(2026, 2, 30, 0, 0))).toBe(false);
  });
});
