/** Texts from outside, cut to what a log line, an answer or a metric may hold. */

/** Of a text its beginning, of anything else its type; never throws, whatever it is. */
export function excerpt(value: unknown, characters: number): string {
  if (typeof value !== 'string') {
    return `(${value === null ? 'null' : typeof value})`;
  }

  return value.length > characters ? `${value.slice(0, characters - 1)}…` : value;
}
