/**
 * The order in which people have their tiles: as they came, and whoever speaks on the first page.
 *
 * Nobody is moved but for a speaker who is not on the first page, and then only two: the speaker changes places with the one
 * there who has been silent for longest. They do not change back, so a conversation comes to rest.
 */

export interface Seating {
  /** Ids of all people. */
  readonly order: readonly string[];
  /** Ids of those who have spoken, the latest first. */
  readonly heard: readonly string[];
}

export const nobodySeated: Seating = { order: [], heard: [] };

export interface Moment {
  /** Ids of those who speak now, loudest first. */
  speakers: readonly string[];
  /** Ids of those who are shown somewhere else, so that the next one is seen at their seat. */
  elsewhere?: readonly string[];
  /** Seats on the first page; 0 while it is not looked at, so that nobody moves. */
  firstPage: number;
}

/** The seating for these people; `before` itself when nothing changed. */
export function seat(before: Seating, people: readonly string[], moment: Moment): Seating {
  const { elsewhere = [], firstPage } = moment;
  const present = new Set(people);
  const known = new Set(before.order);
  const speaking = moment.speakers.filter((id) => present.has(id));
  const order = [...before.order.filter((id) => present.has(id)), ...people.filter((id) => !known.has(id))];
  const heard = [...new Set([...speaking, ...before.heard.filter((id) => present.has(id))])];

  const onFirstPage = () => order.filter((id) => !elsewhere.includes(id)).slice(0, firstPage);
  for (const speaker of speaking.filter((id) => !elsewhere.includes(id))) {
    const seen = onFirstPage();
    if (seen.includes(speaker)) continue;
    const leaving = longestSilent(
      seen.filter((id) => !speaking.includes(id)),
      heard,
    );
    if (leaving === undefined) break;
    const [from, to] = [order.indexOf(speaker), order.indexOf(leaving)];
    order[from] = leaving;
    order[to] = speaker;
  }
  return isEqual(order, before.order) && isEqual(heard, before.heard) ? before : { order, heard };
}

/** Whoever has never spoken before whoever has; of those, the last one. */
function longestSilent(silent: readonly string[], heard: readonly string[]): string | undefined {
  const unheard = silent.findLast((id) => !heard.includes(id));
  return unheard ?? heard.findLast((id) => silent.includes(id));
}

function isEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index]);
}
