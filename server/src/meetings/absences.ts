/** Participants whose connection was lost, each until they are back or are not expected any more. */
import type { Participant } from './participant.js';

export class Absences {
  private readonly deadlines = new Map<Participant, NodeJS.Timeout>();

  /** @param over called when somebody was not back in time */
  constructor(private readonly over: (participant: Participant) => void) {}

  begin(participant: Participant, seconds: number): void {
    this.end(participant);
    this.deadlines.set(
      participant,
      setTimeout(() => {
        this.deadlines.delete(participant);
        this.over(participant);
      }, seconds * 1000),
    );
  }

  /** @returns whether they were away */
  end(participant: Participant): boolean {
    clearTimeout(this.deadlines.get(participant));

    return this.deadlines.delete(participant);
  }

  clear(): void {
    for (const deadline of this.deadlines.values()) {
      clearTimeout(deadline);
    }

    this.deadlines.clear();
  }
}
