/** Finding, among the meetings that run now, a room or a person. */
import type { Live } from '@minimeet/protocol';

/** The meetings whose room or one of whose people has `sought` in the name; all, where nothing is sought. */
export function meetingsWith(sought: string, meetings: Live['meetings']): Live['meetings'] {
  const wanted = plain(sought.trim());
  if (wanted === '') return meetings;
  return meetings.filter(({ room, participants }) =>
    [room?.name ?? '', room?.slug ?? '', ...participants.map(({ displayName }) => displayName)].some((name) =>
      plain(name).includes(wanted),
    ),
  );
}

/** Without case and accents. */
const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
