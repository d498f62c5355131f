/** Who is audible now. */
import { EventEmitter } from 'node:events';

/** Milliseconds that somebody counts as speaking after they were last heard: people pause between words. */
const hold = 900;
/** Milliseconds between two changes of who is the loudest, where the same people speak: two who argue would flicker. */
const rankHold = 1000;

export class ActiveSpeakers extends EventEmitter<{ changed: [participantIds: string[]] }> {
  private heard: { participantId: string; at: number }[] = [];
  private told: string[] = [];
  private toldAt = 0;
  private expiry: NodeJS.Timeout | undefined;

  /** As they were told last. */
  get participantIds(): string[] {
    return this.told;
  }

  /** Takes who is heard at this moment; whoever is missing counts as silent a little later. */
  hear(loudestFirst: readonly string[]): void {
    const now = Date.now();
    const stillHeld = this.heard.filter(
      ({ participantId, at }) => now - at < hold && !loudestFirst.includes(participantId),
    );

    this.heard = [...loudestFirst.map((participantId) => ({ participantId, at: now })), ...stillHeld];
    this.tell();

    clearTimeout(this.expiry);

    if (this.heard.length > 0) {
      const oldest = Math.min(...this.heard.map(({ at }) => at));
      this.expiry = setTimeout(() => this.hear([]), oldest + hold - now);
    }
  }

  close(): void {
    clearTimeout(this.expiry);
  }

  /** Told when somebody begins or ends, or another becomes the loudest; not for each change of rank behind. */
  private tell(): void {
    const participantIds = this.heard.map(({ participantId }) => participantId);
    const isTold =
      participantIds.length === this.told.length &&
      participantIds.every((participantId) => this.told.includes(participantId)) &&
      (participantIds[0] === this.told[0] || Date.now() - this.toldAt < rankHold);

    if (!isTold) {
      this.told = participantIds;
      this.toldAt = Date.now();
      this.emit('changed', participantIds);
    }
  }
}
