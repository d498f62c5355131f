/** The page of the documentation that shows what was measured, each benchmark between marks of its own. */

const mark = (name: string, side: 'begin' | 'end') => `<!-- bench ${name} ${side} -->`;

/**
 * The document with another text between the marks of a benchmark.
 *
 * Throws when they are not there.
 */
export function withSection(document: string, name: string, text: string): string {
  const [begin, end] = [mark(name, 'begin'), mark(name, 'end')];
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);

  if (from < 0 || to < 0) {
    throw new Error(`the document has no marks for ${name}: ${begin} … ${end}`);
  }

  return `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`;
}

/** A report of some seconds: it shows the form of a real one, and nothing of it may be taken for a result. */
export function shortReport(report: string): string {
  return `A short run: these figures mean nothing. Leave out --short to measure.\n\n${report.replaceAll('**', '')}`;
}
