/** All bots of one process: who sits in which seat, who comes in whose place, and what becomes of them. */
import { setTimeout as delay } from 'node:timers/promises';
import { MeetingError } from '@minimeet/sdk';
import { inParallel } from '../waiting.js';
import { timeOfDay } from '../webrtc/clock.js';
import { Durations, Figures, noCounts, type Counts } from './figures.js';
import type { Assignment, Failures, FinalReport, RoomTracks } from './generator-messages.js';
import { Occupant } from './occupant.js';
import type { Seat } from './plan.js';

/** Milliseconds between two looks at what is due. */
const tickInterval = 100;
/** Milliseconds over which a track has to bring packets to count: voices that are silent bring one in 400 ms. */
const trackWindow = 3000;
/** How often it is looked at what flows, until all does. */
const trackLooks = 5;
const leavesAtOnce = 20;
/** Codes of a join that was given up by the test itself. */
const gaveUp = 'aborted';

export class Crowd {
  private readonly figures: Figures[];
  private readonly failures: Failures = {};
  /** Those whose failure was counted as they joined. */
  private readonly reported = new WeakSet<Occupant>();
  private readonly present = new Map<Seat, Occupant>();
  private readonly recentLatencies = new Durations();
  private readonly ending = new AbortController();
  /** Aborted when nobody comes or goes any more. */
  private readonly settling = new AbortController();
  private readonly joining = new Set<Promise<void>>();
  private ticking: NodeJS.Timeout | undefined;

  constructor(private readonly assignment: Assignment) {
    this.figures = assignment.rooms.map(() => new Figures());
  }

  /** Resolves once each seat's first join has ended, one way or another. */
  async fill(): Promise<void> {
    this.ticking = setInterval(() => {
      const now = performance.now();
      this.present.forEach((occupant) => occupant.tick(now));
    }, tickInterval);
    await Promise.all(this.assignment.seats.map((seat) => this.take(seat)));
  }

  get presentCount(): number {
    return [...this.present.values()].filter(({ isPresent }) => isPresent).length;
  }

  /** All so far. */
  counts(): Counts {
    const counts = noCounts();
    const sum = new Figures();
    this.figures.forEach((figures) => {
      for (const name of Object.keys(counts) as (keyof Counts)[]) {
        sum.counts[name] += figures.counts[name];
      }
    });
    this.present.forEach((occupant) => occupant.addCounts(sum.counts));

    return sum.counts;
  }

  /** Milliseconds, since it was asked last. */
  takeLatencies(): { latencyP50: number | null; latencyP99: number | null } {
    const latencies = {
      latencyP50: this.recentLatencies.percentile(50),
      latencyP99: this.recentLatencies.percentile(99),
    };
    this.recentLatencies.clear();

    return latencies;
  }

  /** Lets nothing change any more, waits until all flows that should or it is not worth it, and tells by room what does. */
  async settle(): Promise<{ present: number[]; tracks: RoomTracks[] }> {
    this.settling.abort();
    this.present.forEach((occupant) => occupant.settle());
    await Promise.all(this.joining);
    let tracks: RoomTracks[] = [];

    for (let look = 0; look < trackLooks && !this.ending.signal.aborted; look++) {
      tracks = await this.lookAtTracks();

      const isComplete = tracks.every(({ expected, received }) => received === expected);

      // Where somebody could not join, it will not become complete.
      if (isComplete || this.present.size < this.assignment.seats.length) {
        break;
      }
    }

    const present = this.assignment.rooms.map(
      (_, room) => [...this.present].filter(([seat, { isPresent }]) => seat.room === room && isPresent).length,
    );

    return { present, tracks };
  }

  /** Everyone leaves. */
  async empty(): Promise<FinalReport> {
    this.settling.abort();
    this.ending.abort();
    clearInterval(this.ticking);
    await inParallel(this.present.entries(), leavesAtOnce, ([seat, occupant]) => this.vacate(seat, occupant));
    await Promise.all(this.joining);

    return { rooms: this.figures.map((figures) => figures.encode()), failures: this.failures };
  }

  /** Somebody joins when it is time, and where the plan lets nobody stay, somebody else after them. */
  private async take(seat: Seat): Promise<void> {
    const { startAt, plan } = this.assignment;

    if (
      await isAborted(delay(Math.max(0, startAt + seat.joinAt - timeOfDay()), null, { signal: this.ending.signal }))
    ) {
      return;
    }

    await this.occupy(seat);

    if (plan.stay > 0) {
      void this.succeed(seat);
    }
  }

  private async succeed(seat: Seat): Promise<void> {
    const { signal } = this.settling;

    while (!(await isAborted(delay(this.assignment.plan.stay * 1000 * (0.5 + Math.random()), null, { signal })))) {
      const change = this.change(seat);
      this.joining.add(change);
      await change;
      this.joining.delete(change);
    }
  }

  private async change(seat: Seat): Promise<void> {
    const before = this.present.get(seat);

    if (before) {
      await this.vacate(seat, before);
    }

    await this.occupy(seat);
  }

  /** Never rejects: what goes wrong is counted. */
  private async occupy(seat: Seat): Promise<void> {
    const { plan, url, rooms } = this.assignment;
    const figures = this.figures[seat.room]!;
    figures.counts.joinsTried += 1;
    let occupant: Occupant | undefined;

    try {
      occupant = await Occupant.create({
        plan,
        seat,
        url,
        room: rooms[seat.room]!,
        figures,
        onLatency: (milliseconds) => this.recentLatencies.add(milliseconds),
      });
      this.present.set(seat, occupant);
      await occupant.join();
      figures.counts.joined += 1;
    } catch (error) {
      if (this.ending.signal.aborted && error instanceof MeetingError && error.code === gaveUp) {
        figures.counts.joinsTried -= 1;
      } else {
        this.countFailure(error instanceof MeetingError ? error.code : String((error as Error).message));

        if (occupant) {
          this.reported.add(occupant);
        }
      }

      if (occupant && this.present.get(seat) === occupant) {
        await this.vacate(seat, occupant);
      }
    }
  }

  private countFailure(reason: string): void {
    this.failures[reason] = (this.failures[reason] ?? 0) + 1;
  }

  private async vacate(seat: Seat, occupant: Occupant): Promise<void> {
    this.present.delete(seat);
    const { mediaFailure } = occupant;

    // It joined, and nothing came or went.
    if (mediaFailure !== null && !this.reported.delete(occupant)) {
      this.countFailure(mediaFailure);
    }

    occupant.addCounts(this.figures[seat.room]!.counts);
    await occupant.leave();
  }

  /** A track that should flow, before and after, has to have brought packets meanwhile. */
  private async lookAtTracks(): Promise<RoomTracks[]> {
    const name = ({ participantId, source }: { participantId: string; source: string }) => `${participantId} ${source}`;
    const before = new Map(
      [...this.present].map(([seat, occupant]) => [
        seat,
        new Map(occupant.tracks().map((track) => [name(track), track.packets ?? 0])),
      ]),
    );
    await delay(trackWindow, null, { signal: this.ending.signal }).catch(() => undefined);
    const rooms = this.assignment.rooms.map(() => ({ expected: 0, received: 0 }));

    for (const [seat, occupant] of this.present) {
      const room = rooms[seat.room]!;

      for (const track of occupant.tracks()) {
        const packets = before.get(seat)?.get(name(track));

        if (packets !== undefined) {
          room.expected += 1;
          room.received += track.packets !== null && track.packets > packets ? 1 : 0;
        }
      }
    }

    return rooms;
  }
}

async function isAborted(waiting: Promise<unknown>): Promise<boolean> {
  try {
    await waiting;

    return false;
  } catch {
    return true;
  }
}
