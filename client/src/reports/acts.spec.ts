import { describe, expect, it } from '@jest/globals';
import { moderationActs, type RecordedAct } from '@minimeet/protocol';
import { actSentence } from './acts';

const ada = { participantId: 'a', userId: 'ada', displayName: 'Ada' };
const grace = { participantId: 'g', userId: 'grace', displayName: 'Grace' };

const sentence = (act: RecordedAct['act'], change: Partial<RecordedAct> = {}) =>
  actSentence({ act, by: ada, whom: null, detail: {}, ...change });

describe('actSentence', () => {
  it.each([
    ['Ada muted Grace', sentence('mute_participant', { whom: grace })],
    ['Ada muted everyone else', sentence('mute_all')],
    ['Ada made Grace an attendee', sentence('set_role', { whom: grace, detail: { role: 'attendee' } })],
    ['Ada made themselves a moderator', sentence('set_role', { whom: ada, detail: { role: 'moderator' } })],
    ['Ada stopped Grace’s screen share', sentence('stop_source', { whom: grace, detail: { source: 'screen' } })],
    ['Ada let Grace in', sentence('admit', { whom: { ...grace, participantId: null } })],
    [
      'Ada let only moderators unmute',
      sentence('set_meeting_switches', { detail: { switches: { onlyModeratorsUnmute: true } } }),
    ],
    [
      'Ada let only moderators share their screen and unmute, and everyone write in the chat',
      sentence('set_meeting_switches', {
        detail: { switches: { onlyModeratorsShare: true, onlyModeratorsUnmute: true, onlyModeratorsChat: false } },
      }),
    ],
  ])('says: %s', (expected, said) => expect(said).toBe(expected));

  it('has another sentence for each act', () => {
    expect(new Set(moderationActs.map((act) => sentence(act, { whom: grace }))).size).toBe(moderationActs.length);
  });
});
