import { describe, expect, it } from '@jest/globals';
import type { Live } from '@minimeet/protocol';
import { meetingsWith } from './meetings-with';

const meetings = [
  ['Weekly', ['Ada', 'Zoë']],
  ['Retro', ['Bob']],
].map(([name, people], index) => ({
  id: String(index),
  room: { id: '', slug: 'baku-rimo-tefa', name },
  participants: (people as string[]).map((displayName) => ({ id: displayName, userId: displayName, displayName })),
})) as unknown as Live['meetings'];
const found = (sought: string) => meetingsWith(sought, meetings).map(({ id }) => id);

describe('meetingsWith', () => {
  it('finds rooms and people, whatever the case and the accents', () => {
    expect(found('retro')).toEqual(['1']);
    expect(found(' zoe ')).toEqual(['0']);
    expect(found('BAKU-')).toEqual(['0', '1']);
    expect(found('nobody')).toEqual([]);
  });

  it('shows all where nothing is sought', () => {
    expect(found('  ')).toEqual(['0', '1']);
  });
});
