import { describe, expect, it } from '@jest/globals';
import { planSchema, seatsOf } from './plan.js';
import { speaks } from './speech.js';

describe('speech', () => {
  const plan = planSchema.parse({ rooms: 2, participants: 6, publishers: 4, speakers: 2 });
  const moments = Array.from({ length: 600 }, (_, index) => 1_800_000_000_000 + index * 500);

  it('is of as many as the plan says, or of nobody while they draw breath', () => {
    const inRoom = seatsOf(plan).filter(({ room }) => room === 0);
    const counts = moments.map((now) => inRoom.filter((seat) => speaks(plan, seat, now)).length);
    expect([...new Set(counts)].sort()).toEqual([0, 2]);
  });

  it('goes round among those who publish, otherwise in each room', () => {
    const speakers = (room: number, now: number) =>
      seatsOf(plan)
        .filter((seat) => seat.room === room && speaks(plan, seat, now))
        .map(({ indexInRoom }) => indexInRoom);
    expect([...new Set(moments.flatMap((now) => speakers(0, now)))].sort()).toEqual([0, 1, 2, 3]);
    expect(moments.some((now) => String(speakers(0, now)) !== String(speakers(1, now)))).toBe(true);
  });
});
