/** Asks a database about many at once, in parts that every dialect takes. */

/** Parameters of one query: far fewer than SQLite and MySQL allow. */
const PART = 500;

/** The rows of all these ids, each asked for once. */
export async function inParts<Row>(
  ids: Iterable<string>,
  ask: (part: string[]) => Promise<Row[]>,
  size = PART,
): Promise<Row[]> {
  const wanted = [...new Set(ids)];
  const rows: Row[] = [];

  for (let from = 0; from < wanted.length; from += size) {
    rows.push(...(await ask(wanted.slice(from, from + size))));
  }

  return rows;
}
