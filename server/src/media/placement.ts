/** Which worker takes what comes next. */

export interface Placeable {
  /** Share of one core that it uses, 0 to 1, and that it is expected to use soon. */
  load: number;
  routers: number;
}

/** Differences of load below this share of a core are noise; then the number of routers decides. */
const grain = 0.05;

/**
 * The less loaded of two chosen by chance. The least loaded of all would be everybody's choice at once, as loads are known only some
 * time after they arise; two choices spread a burst almost as evenly as knowing everything would (Mitzenmacher, 2001).
 *
 * @param random numbers from 0 to below 1
 */
export function place<Worker extends Placeable>(
  workers: readonly Worker[],
  random: () => number = Math.random,
): Worker | undefined {
  const first = Math.floor(random() * workers.length);
  // Any but the first, each as likely.
  const second = (first + 1 + Math.floor(random() * (workers.length - 1))) % workers.length;
  const [one, other] = [workers[first], workers[second]];

  return one && other && isBetter(other, one) ? other : one;
}

function isBetter(one: Placeable, other: Placeable): boolean {
  const difference = Math.round(one.load / grain) - Math.round(other.load / grain);

  return difference < 0 || (difference === 0 && one.routers < other.routers);
}
