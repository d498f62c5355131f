/**
 * The order in which people have their tiles: as they came; speakers and raised hands are on the first page.
 *
 * Nobody is moved but for one of these who is not on the first page, and then only two: they change places with the one
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
  /** Ids of those whose hands are raised, the first one first: they come to the first page, too, on half of its seats at most. */
  hands?: readonly string[];
  /** Ids of those who are shown somewhere else, so that the next one is seen at their seat. */
  elsewhere?: readonly string[];
  /** Seats on the first page; 0 while it is not looked at, so that nobody moves. */
  firstPage: number;
}

/** The seating for these people; `before` itself when nothing changed. */
export function seat(before: Seating, people: readonly string[], moment: Moment): Seating {
  const { elsewhere = [], hands = [], firstPage } = moment;
  const present = new Set(people);
  const known = new Set(before.order);
  const speaking = moment.speakers.filter((id) => present.has(id));
  const order = [...before.order.filter((id) => present.has(id)), ...people.filter((id) => !known.has(id))];
  const heard = [...new Set([...speaking, ...before.heard.filter((id) => present.has(id))])];

  const onFirstPage = () => order.filter((id) => !elsewhere.includes(id)).slice(0, firstPage);
  const raised = hands.filter((id) => present.has(id) && !elsewhere.includes(id)).slice(0, Math.ceil(firstPage / 2));
  const wanted = [...new Set([...raised, ...speaking.filter((id) => !elsewhere.includes(id))])];
  for (const person of wanted) {
    const seen = onFirstPage();
    if (seen.includes(person)) continue;
    const leaving = longestSilent(
      seen.filter((id) => !wanted.includes(id)),
      heard,
    );
    if (leaving === undefined) break;
    const [from, to] = [order.indexOf(person), order.indexOf(leaving)];
    order[from] = leaving;
    order[to] = person;
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
