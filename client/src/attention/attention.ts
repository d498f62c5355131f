/** What happened while somebody does not look: collected for a moment, so that a hundred knocks are one sound and one notification. */

export type Happening = { kind: 'knock' | 'hand'; name: string } | { kind: 'message'; name: string; text: string };

/** Milliseconds for which what happens at once is collected, and between two sounds or notifications. */
const pause = { first: 200, between: 5000 };
/** Of a message, so much is quoted. */
const quoted = 120;

/** Calls `tell` with everything that happened since it was called last, at most once in five seconds. */
export class Attention {
  private pending: Happening[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;
  private toldAt = -Infinity;

  constructor(private readonly tell: (happenings: readonly Happening[]) => void) {}

  add(happening: Happening): void {
    this.pending.push(happening);
    const wait = Math.max(pause.first, this.toldAt + pause.between - performance.now());
    this.timer ??= setTimeout(() => this.flush(), wait);
  }

  close(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.pending = [];
  }

  private flush(): void {
    const happenings = this.pending;
    this.close();
    this.toldAt = performance.now();
    this.tell(happenings);
  }
}

/** A sentence for all of it: what matters most first, a name where there is one. */
export function describeHappenings(happenings: readonly Happening[]): string {
  const of = (kind: Happening['kind']) => happenings.filter((each) => each.kind === kind);
  const [knocks, hands, messages] = [of('knock'), of('hand'), of('message')];
  const newest = messages.at(-1);
  const sentences = [
    knocks.length > 0 && `${who(knocks)} ${knocks.length === 1 ? 'wants' : 'want'} to join.`,
    hands.length > 0 && `${who(hands)} raised ${hands.length === 1 ? 'a hand' : 'their hands'}.`,
    messages.length === 1 && newest?.kind === 'message' && `${newest.name}: ${newest.text.slice(0, quoted)}`,
    messages.length > 1 && `${messages.length} new messages.`,
  ];
  return sentences.filter(Boolean).join(' ');
}

function who(happenings: readonly Happening[]): string {
  return happenings.length === 1 ? (happenings[0]?.name ?? '') : `${happenings.length} people`;
}
