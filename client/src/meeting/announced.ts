/** What happened in a meeting in the last moment, in a sentence or two for screen readers. */
import { isolated } from '../common/direction';

export type Happening =
  | { kind: 'joined' | 'left' | 'raised' | 'lowered' | 'shares' | 'sharesNoMore' | 'congested'; name: string }
  | { kind: 'message'; name: string; text: string };

/** Names that are said one by one; of more, the number is said. */
const mostNames = 2;
/** Characters of a message that are read aloud. */
const longestText = 200;

const deeds: Record<Exclude<Happening['kind'], 'message'>, [one: string, several: string]> = {
  joined: ['joined', 'joined'],
  left: ['left', 'left'],
  raised: ['raised a hand', 'raised their hands'],
  lowered: ['lowered the hand', 'lowered their hands'],
  shares: ['is sharing a screen', 'are sharing screens'],
  sharesNoMore: ['stopped sharing', 'stopped sharing'],
  congested: ['cannot be seen: weak connection', 'cannot be seen: weak connection'],
};

/** However much happened, no more than a sentence for each kind of it: fifty people who join are one sentence. */
export function announcementOf(happenings: readonly Happening[]): string {
  const sentences = (Object.keys(deeds) as (keyof typeof deeds)[]).flatMap((kind) => {
    const names = happenings.flatMap((happening) => (happening.kind === kind ? [happening.name] : []));
    return names.length === 0 ? [] : [`${listed(names)} ${deeds[kind][names.length === 1 ? 0 : 1]}.`];
  });
  const messages = happenings.filter((happening) => happening.kind === 'message');
  const [first] = messages;
  if (first && messages.length === 1) sentences.push(`${isolated(first.name)}: ${cut(first.text)}`);
  else if (first) {
    const writers = [...new Set(messages.map(({ name }) => name))];
    sentences.push(`${messages.length} new messages from ${listed(writers)}.`);
  }
  return sentences.join(' ');
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, names.length > mostNames ? 1 : mostNames).map(isolated);
  const others = names.length - shown.length;
  return [...shown, ...(others > 0 ? [`${others} others`] : [])].join(' and ');
}

function cut(text: string): string {
  const shown = isolated([...text.slice(0, 2 * longestText)].slice(0, longestText).join(''));
  return text.length > longestText ? `${shown} …` : shown;
}
