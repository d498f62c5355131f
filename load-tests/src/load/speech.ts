/** Who speaks when: all processes come to the same, without telling each other. */
import type { Plan, Seat } from './plan.js';

/** Milliseconds of one turn, and of it those after which the speaker draws breath. */
const turn = 5000;
const breath = 600;

/** @param now milliseconds of the clock that all processes share */
export function speaks({ speakers, participants, publishers = participants }: Plan, seat: Seat, now: number): boolean {
  if (!seat.publishes || speakers === 0 || now % turn > turn - breath) {
    return false;
  }

  const first = scatter(Math.floor(now / turn) * 1009 + seat.room) % publishers;

  return (seat.indexInRoom - first + publishers) % publishers < speakers;
}

/** A whole number that has nothing in common with its neighbours (the finaliser of MurmurHash3). */
function scatter(value: number): number {
  let mixed = value >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);

  return (mixed ^ (mixed >>> 16)) >>> 0;
}
