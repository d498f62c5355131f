/** Who gets a tile when there are more people than tiles. */

export interface ShownTiles<Person> {
  shown: readonly Person[];
  /** How many have none. */
  hidden: number;
}

/**
 * At most `capacity` people, in the order given. Who speaks is always among them: a speaker further down takes the last
 * place of somebody silent. When not everyone fits, one place is left for the tile that says how many more there are.
 */
export function shownTiles<Person extends { id: string }>(
  people: readonly Person[],
  activeSpeakers: readonly string[],
  capacity: number,
): ShownTiles<Person> {
  if (people.length <= capacity) return { shown: people, hidden: 0 };
  const places = Math.max(1, capacity - 1);
  const speaks = (person: Person) => activeSpeakers.includes(person.id);
  const chosen = new Set(people.slice(0, places));
  for (const speaker of people.slice(places).filter(speaks)) {
    const silent = [...chosen].findLast((person) => !speaks(person));
    if (!silent) break;
    chosen.delete(silent);
    chosen.add(speaker);
  }
  return { shown: people.filter((person) => chosen.has(person)), hidden: people.length - chosen.size };
}
