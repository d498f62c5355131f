/** Pictures whose consumers are gone while their producers are not: the last one is shown until another consumer comes, for a while at most. */
export class Stills {
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();

  /**
   * @param milliseconds that a picture may stand still
   * @param over called with the consumers whose time is over
   */
  constructor(
    private readonly milliseconds: number,
    private readonly over: (consumerIds: readonly string[]) => void,
  ) {}

  keep(consumerIds: readonly string[]): void {
    if (consumerIds.length === 0) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.over(consumerIds);
    }, this.milliseconds);
    this.timers.add(timer);
  }

  close(): void {
    this.timers.forEach(clearTimeout);
    this.timers.clear();
  }
}
