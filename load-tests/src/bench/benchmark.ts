/** What a benchmark is, and what it gives. */

export interface BenchmarkOptions {
  /** A few seconds, with figures that have the right shape and mean little. */
  short: boolean;
  /** Called with each thing that is worth a line while it runs. */
  say(line: string): void;
}

export interface Findings {
  /** What machines read; plain numbers, in base units. */
  figures: object;
  /** What people read, in Markdown: tables, and charts in Mermaid. */
  report: string;
  /** What is not as it has to be, a line each. */
  faults: string[];
}

export interface Benchmark {
  name: string;
  /** What is asked, in one line. */
  question: string;
  /** About how long it takes on a small machine. */
  minutes: number;
  /** Loaded when it is wanted: some bring a browser along, or half a server. Its run rejects where the machine cannot carry even the smallest load. */
  load(): Promise<{ run(options: BenchmarkOptions): Promise<Findings> }>;
}
