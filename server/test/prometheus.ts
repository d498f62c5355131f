/** Prometheus in tests: where it is, and what a server says in its format. */
import { describe } from '@jest/globals';
import { findPrometheus } from '../../scripts/test-servers/prometheus.mjs';

export { startPrometheus } from '../../scripts/test-servers/prometheus.mjs';

export const programs = findPrometheus();

/** A `describe` that needs Prometheus's programs; without them its tests are skipped, and its name says so. */
export function describeWithPrometheus(title: string, tests: () => void): void {
  if (programs) {
    describe(title, tests);
  } else {
    describe.skip(`${title} (not run: there is no Prometheus here)`, tests);
  }
}

/** What was scraped: each series by its name and labels, as in `minimeet_joins_total{outcome="joined"}`. */
export type Series = ReadonlyMap<string, number>;

/** Reads the text format (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export function seriesOf(text: string): Series {
  return new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const gap = line.lastIndexOf(' ');

        return [line.slice(0, gap), Number(line.slice(gap + 1))];
      }),
  );
}
