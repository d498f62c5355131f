/** Tables and charts as Markdown, which people read in a terminal and GitHub draws. */

/** Numbers are set to the right, the first column to the left where it holds words. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) => Math.max(4, name.length, ...rows.map((row) => row[column]!.length)));
  const alignment = header.map((_, column) => rows.every((row) => /^[\d.,\s%–-]*$/.test(row[column]!)) || column > 0);
  const line = (cells: readonly string[]) =>
    `| ${cells
      .map((cell, column) => (alignment[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join(' | ')} |`;
  const rule = widths.map((width, column) => (alignment[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));

  return [line(header), line(rule), ...rows.map(line)].join('\n');
}

export interface Chart {
  title: string;
  x: { title: string; values: readonly (string | number)[] };
  /** Of the axis. */
  y: string;
  /** In order of the legend; values for each x. Mermaid has no gaps, so a line that ends sooner has fewer. */
  lines: readonly { name: string; values: readonly number[] }[];
}

/** https://mermaid.js.org/syntax/xyChart.html, which has no legend of its own. */
export function chart({ title, x, y, lines }: Chart): string {
  const most = Math.max(1e-9, ...lines.flatMap(({ values }) => values));

  return [
    '```mermaid',
    'xychart-beta',
    `  title "${title}"`,
    `  x-axis "${x.title}" [${x.values.map((value) => `"${value}"`).join(', ')}]`,
    `  y-axis "${y}" 0 --> ${Number((most * 1.1).toPrecision(2))}`,
    ...lines.map(({ values }) => `  line [${values.map((value) => Number(value.toPrecision(4))).join(', ')}]`),
    '```',
    ...(lines.length > 1 ? ['', `Lines, in order of colour: ${lines.map(({ name }) => name).join('; ')}.`] : []),
  ].join('\n');
}

/** @param share 0 to 1 */
export function percent(share: number, digits = 0): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** With a comma between thousands. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function megabits(bitsPerSecond: number): string {
  return (bitsPerSecond / 1e6).toFixed(bitsPerSecond < 10e6 ? 2 : 0);
}

export function kilobits(bitsPerSecond: number): string {
  return (bitsPerSecond / 1000).toFixed(0);
}

export function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0);
}
