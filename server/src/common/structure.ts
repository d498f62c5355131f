/** How large and how nested a value from outside may be, looked at before any schema reads its contents. */

export interface StructureBounds {
  /** Arrays and objects within one another. */
  depth: number;
  /** Values in all. */
  nodes: number;
  /** Items of one array. */
  items: number;
  /** Keys of one object. */
  keys: number;
  /** Characters of one key and of one text. */
  keyCharacters: number;
  characters: number;
}

/**
 * Schemas look at what is in a list before they look at how long it is, and name each key that they do not know. These bounds are
 * beyond what any schema takes, and within what each of them reads in a few milliseconds.
 */
export const inputBounds: Readonly<StructureBounds> = {
  depth: 12,
  nodes: 4000,
  items: 1000,
  keys: 64,
  keyCharacters: 256,
  characters: 32_000,
};

/**
 * What is too large about a JSON value, or `null`. Looks at no more values than the bounds allow, and at each of them once.
 *
 * @param value as JSON.parse() makes it
 */
export function structureFault(value: unknown, bounds: Readonly<StructureBounds> = inputBounds): string | null {
  /** What is yet to be looked at, and how deep it lies. */
  const waiting: unknown[] = [value];
  const depths: number[] = [1];
  let nodes = 1;

  while (waiting.length > 0) {
    const next = waiting.pop();
    const depth = depths.pop()!;

    if (typeof next === 'string' && next.length > bounds.characters) {
      return `a text has more than ${bounds.characters} characters`;
    }

    if (typeof next !== 'object' || next === null) {
      continue;
    }

    if (depth > bounds.depth) {
      return `more than ${bounds.depth} levels are nested`;
    }

    const children = Array.isArray(next) ? itemsOf(next, bounds) : valuesOf(next, bounds);

    if (typeof children === 'string') {
      return children;
    }

    nodes += children.length;

    if (nodes > bounds.nodes) {
      return `there are more than ${bounds.nodes} values`;
    }

    for (const child of children) {
      waiting.push(child);
      depths.push(depth + 1);
    }
  }

  return null;
}

function itemsOf(list: readonly unknown[], { items }: Readonly<StructureBounds>): readonly unknown[] | string {
  return list.length > items ? `a list has more than ${items} items` : list;
}

function valuesOf(object: object, { keys, keyCharacters }: Readonly<StructureBounds>): unknown[] | string {
  const values: unknown[] = [];

  // Object.keys() would make a list of all of them first.
  for (const key in object) {
    if (values.length === keys) {
      return `an object has more than ${keys} keys`;
    }

    if (key.length > keyCharacters) {
      return `a key has more than ${keyCharacters} characters`;
    }

    values.push((object as Record<string, unknown>)[key]);
  }

  return values;
}
