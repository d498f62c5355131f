/** Participants whose connection was lost, each until they are back or are not expected any more. */
import type { Participant } from './participant.js';

export class Absences {
  private readonly deadlines = new Map<Participant, NodeJS.Timeout>();
  /** When each was lost, in milliseconds of a clock that is never set. */
  private readonly since = new Map<Participant, number>();

  /** @param over called when somebody was not back in time */
  constructor(private readonly over: (participant: Participant) => void) {}

  begin(participant: Participant, seconds: number): void {
    this.end(participant);
    this.since.set(participant, performance.now());
    this.deadlines.set(
      participant,
      setTimeout(() => {
        this.deadlines.delete(participant);
        this.since.delete(participant);
        this.over(participant);
      }, seconds * 1000),
    );
  }

  /** @returns for how many milliseconds they were away; `null` where they were not */
  end(participant: Participant): number | null {
    const since = this.since.get(participant);
    clearTimeout(this.deadlines.get(participant));
    this.deadlines.delete(participant);
    this.since.delete(participant);

    return since === undefined ? null : performance.now() - since;
  }

  clear(): void {
    for (const deadline of this.deadlines.values()) {
      clearTimeout(deadline);
    }

    this.deadlines.clear();
    this.since.clear();
  }
}
