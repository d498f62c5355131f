/** What is shown large: what is pinned, screens that are shared, and in the speaker view whoever speaks. */

export type Layout = 'grid' | 'speaker';

/** One picture on the stage. */
export interface Picture {
  participantId: string;
  source: 'camera' | 'screen';
}

export const isSamePicture = (one: Picture | null, other: Picture | null): boolean =>
  one?.participantId === other?.participantId && one?.source === other?.source;

interface Offered {
  /** Of all others. */
  people: readonly string[];
  /** Of those of them who share a screen. */
  presenters: readonly string[];
  /** Oneself, who may be pinned. */
  me?: string | undefined;
}

interface Wished {
  layout: Layout;
  pinned: Picture | null;
  /** Whom the speaker view shows. */
  speaker: string | null;
}

/** A pinned screen is large alone, a pinned person beside the screens; without either, screens come before the speaker. */
export function featuredPictures({ people, presenters, me }: Offered, { layout, pinned, speaker }: Wished): Picture[] {
  const there = pinned?.source === 'screen' ? presenters : people;
  const isOwn = pinned?.source === 'camera' && pinned.participantId === me;
  const pin = pinned && (isOwn || there.includes(pinned.participantId)) ? [pinned] : [];
  if (pin[0]?.source === 'screen') return pin;
  const screens = presenters.map((participantId) => ({ participantId, source: 'screen' as const }));
  const large = [...screens, ...pin];
  if (large.length > 0 || layout === 'grid' || speaker === null) return large;
  return [{ participantId: speaker, source: 'camera' }];
}

/**
 * Whom the speaker view shows: the one who leads the conversation, unless that is oneself; then still the one before, or
 * anybody. `null` when nobody else is there.
 */
export function speakerToShow(
  before: string | null,
  dominantSpeaker: string | null,
  people: readonly string[],
): string | null {
  const candidates = [dominantSpeaker, before, people[0] ?? null];
  return candidates.find((id) => id !== null && people.includes(id)) ?? null;
}
