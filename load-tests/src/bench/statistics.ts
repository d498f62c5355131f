/** The few numbers that a benchmark makes of many. */

/**
 * By the nearest rank.
 *
 * @param ascending in order
 * @param share 0 to 1
 * @returns NaN of nothing
 */
export function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.max(0, Math.ceil(ascending.length * share) - 1)] ?? NaN;
}

export function median(values: readonly number[]): number {
  const ascending = [...values].sort((one, other) => one - other);
  const middle = ascending.length / 2;

  return ascending.length % 2 === 1
    ? ascending[Math.floor(middle)]!
    : (ascending[middle - 1]! + ascending[middle]!) / 2;
}

/** What is left of values without the lowest and the highest quarter: what strays says nothing, and what is left is worth its mean. */
export function middleHalf(values: readonly number[]): { from: number; to: number; mean: number } {
  const ascending = [...values].sort((one, other) => one - other);
  const quarter = Math.floor(ascending.length / 4);
  const middle = ascending.slice(quarter, ascending.length - quarter);

  return {
    from: middle[0] ?? NaN,
    to: middle.at(-1) ?? NaN,
    mean: middle.reduce((sum, value) => sum + value, 0) / middle.length,
  };
}

/** By how much y grows with each unit of x (least squares). */
export function slope(points: readonly { x: number; y: number }[]): number {
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const covariance = mean((point) => (point.x - x) * (point.y - y));

  return covariance / mean((point) => (point.x - x) ** 2);
}

/** Where a line through measured points, in ascending order of x, reaches y; `null` where it does not. */
export function crossing(points: readonly { x: number; y: number }[], y: number): number | null {
  for (const [index, after] of points.entries()) {
    const before = points[index - 1];

    if (after.y >= y && before && before.y < y) {
      return before.x + ((y - before.y) / (after.y - before.y)) * (after.x - before.x);
    }
  }

  return null;
}
