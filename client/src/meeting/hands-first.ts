/** People in the order in which they are listed. */

/** Those with a raised hand come first, in the order in which they raised it; the others follow as they were. */
export function handsFirst<Person extends { readonly id: string }>(
  people: readonly Person[],
  hands: readonly string[],
): readonly Person[] {
  if (hands.length === 0) return people;
  const placeOf = new Map(hands.map((id, place) => [id, place]));
  const place = ({ id }: Person) => placeOf.get(id) ?? hands.length;
  return [...people].sort((one, other) => place(one) - place(other));
}
