import { describe, expect, it } from '@jest/globals';
import type { MeetingState } from '@minimeet/sdk';
import { namesOf } from './reaction-names';

const state = {
  me: { id: '1', userId: 'ada', displayName: 'Ada' },
  participants: [{ userId: 'bob', displayName: 'Bob' }],
  messages: [{ userId: 'eve', displayName: 'Eve' }],
} as unknown as MeetingState;

describe('the names of those who reacted', () => {
  it('are those of participants and of writers, and You for oneself', () => {
    expect(namesOf(['bob'], state)).toBe('Bob');
    expect(namesOf(['ada', 'bob', 'eve'], state)).toBe('You, Bob and Eve');
  });

  it('leave a number for those who are not known here', () => {
    expect(namesOf(['x'], state)).toBe('one other');
    expect(namesOf(['x', 'ada', 'y'], state)).toBe('You and 2 others');
    expect(namesOf([], state)).toBe('');
  });
});
