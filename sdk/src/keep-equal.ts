/** Identity for what did not change, so that whoever compares snapshots by `===` sees only what did. */

/** `before` if `after` has the same members, otherwise `after`. */
export function keepEqual<Value extends object>(before: Value | null | undefined, after: Value): Value {
  if (!before) return after;
  const keys = Object.keys(after) as (keyof Value)[];
  const same = keys.length === Object.keys(before).length && keys.every((key) => before[key] === after[key]);
  return same ? before : after;
}
