import { describe, expect, it } from '@jest/globals';
import type { Participation, RecordedAct } from '@minimeet/protocol';
import { layOutTimeline, ticksOf } from './timeline';

const beganAt = '2026-03-02T10:00:00.000Z';
const at = (minutes: number) => new Date(Date.parse(beganAt) + minutes * 60_000).toISOString();

function participation(userId: string, from: number, to: number | null, changes: Partial<Participation> = {}) {
  return {
    id: `${userId}-${from}`,
    userId,
    displayName: userId,
    deviceKind: 'desktop' as const,
    joinedAt: at(from),
    leftAt: to === null ? null : at(to),
    leaveReason: to === null ? null : ('left' as const),
    quality: null,
    ...changes,
  };
}

const layOut = (participants: Participation[], endedAt: string | null = at(60), now = Date.parse(at(60))) =>
  layOutTimeline({ beganAt, endedAt, participants, acts: [] }, now);

describe('layOutTimeline', () => {
  it('places bars as shares of the meeting', () => {
    const [row] = layOut([participation('Ada', 15, 45)]).rows;
    expect(row?.lanes).toEqual([[expect.objectContaining({ start: 0.25, width: 0.5, isRunning: false })]]);
  });

  it('gives one row to somebody who came ten times, in one lane', () => {
    const tenTimes = Array.from({ length: 10 }, (_, index) => participation('Ada', index * 6, index * 6 + 5));
    const { rows } = layOut([participation('Bob', 3, 60), ...tenTimes.toReversed()]);
    expect(rows.map(({ userId }) => userId)).toEqual(['Ada', 'Bob']);
    expect(rows[0]?.lanes.map((lane) => lane.length)).toEqual([10]);
  });

  it('gives two lanes to somebody who is there twice at one time', () => {
    const { rows } = layOut([participation('Ada', 0, 40), participation('Ada', 10, 20), participation('Ada', 40, 60)]);
    expect(rows[0]?.lanes.map((lane) => lane.length)).toEqual([2, 1]);
  });

  it('tells people with one name apart, and calls a person by the name that they had last', () => {
    const { rows } = layOut([
      participation('1', 0, 10, { displayName: 'Guest' }),
      participation('2', 0, 10, { displayName: 'Guest' }),
      participation('1', 20, 30, { displayName: 'Ada' }),
    ]);
    expect(rows.map(({ name }) => name)).toEqual(['Ada', 'Guest']);
  });

  it('ends a running meeting now, with whoever is in it', () => {
    const { end, rows } = layOut([participation('Ada', 10, null)], null, Date.parse(at(20)));
    expect(end).toBe(Date.parse(at(20)));
    expect(rows[0]?.lanes[0]?.[0]).toMatchObject({ start: 0.5, width: 0.5, isRunning: true });
  });

  it('keeps every bar inside, also where clocks differ', () => {
    const { rows } = layOut([participation('Ada', -1, 61), participation('Bob', 59, null)], null, Date.parse(at(58)));
    for (const bar of rows.flatMap(({ lanes }) => lanes.flat())) {
      expect(bar.start).toBeGreaterThanOrEqual(0);
      expect(bar.width).toBeGreaterThanOrEqual(0);
      expect(bar.start + bar.width).toBeLessThanOrEqual(1);
    }
  });

  it('shows a meeting of a moment, and one without anybody', () => {
    const { begin, end, rows } = layOut([], at(0));
    expect(end).toBeGreaterThan(begin);
    expect(rows).toEqual([]);
  });

  it('places what moderators did, never outside', () => {
    const act = (minutes: number): RecordedAct => ({
      id: `act ${minutes}`,
      at: at(minutes),
      act: 'mute_all',
      by: { participantId: 'a', userId: 'Ada', displayName: 'Ada' },
      whom: null,
      detail: {},
    });
    const acts = [act(-1), act(15), act(61)];
    const { marks } = layOutTimeline({ beganAt, endedAt: at(60), participants: [], acts }, 0);
    expect(marks.map(({ position }) => position)).toEqual([0, 0.25, 1]);
  });

  it('lays out thousands without running out of stack', () => {
    const many = Array.from({ length: 200_000 }, (_, index) => participation(`user ${index % 500}`, index % 50, 60));
    expect(layOut(many).rows).toHaveLength(500);
  });
});

describe('ticksOf', () => {
  it.each([
    [30, 320],
    [60, 900],
    [60 * 30, 900],
    [60 * 24 * 40, 260],
    [0.2, 600],
  ])('leaves room for labels: %d minutes on %d pixels', (minutes, width) => {
    const begin = Date.parse(beganAt);
    const ticks = ticksOf({ begin, end: begin + minutes * 60_000 }, width, 'en');
    expect(ticks.length).toBeGreaterThan(0);
    expect(ticks.length).toBeLessThanOrEqual(width / 76 + 1);
    for (const { position } of ticks) {
      expect(position).toBeGreaterThanOrEqual(0);
      expect(position).toBeLessThanOrEqual(1);
    }
  });

  it('writes full hours for a meeting of an afternoon', () => {
    const begin = new Date(2026, 2, 2, 13, 50).getTime();
    const labels = ticksOf({ begin, end: begin + 4 * 3_600_000 }, 400, 'en-GB').map(({ label }) => label);
    expect(labels).toEqual(['14:00', '15:00', '16:00', '17:00']);
  });

  it('writes nothing where there is no room', () => {
    expect(ticksOf({ begin: 0, end: 1000 }, 0)).toEqual([]);
  });
});
