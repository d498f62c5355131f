/** What is offered to whom. */
import { describe, expect, it } from '@jest/globals';
import type { MeetingState } from '@minimeet/sdk';
import { ownRights } from './own-rights';

const open = { onlyModeratorsShare: false, onlyModeratorsUnmute: false, onlyModeratorsChat: false };
const closed = { onlyModeratorsShare: true, onlyModeratorsUnmute: true, onlyModeratorsChat: true };
type Me = NonNullable<MeetingState['me']>;
const me = (role: Me['role'], grants: Me['grants'] = null) => ({
  id: 'me',
  userId: 'me',
  displayName: 'Me',
  isGuest: false,
  role,
  grants,
});

describe('what a participant may do', () => {
  it('is everything but moderation for a speaker, where nothing is for moderators alone', () => {
    expect(ownRights({ me: me('speaker'), switches: open })).toEqual({
      moderates: false,
      appoints: false,
      sends: true,
      unmutes: true,
      shares: true,
      writes: true,
    });
  });

  it('is to send muted, and nothing else, where everything is', () => {
    expect(ownRights({ me: me('speaker'), switches: closed })).toEqual({
      moderates: false,
      appoints: false,
      sends: true,
      unmutes: false,
      shares: false,
      writes: false,
    });
  });

  it('is everything for moderators, and for hosts to appoint as well', () => {
    expect(Object.values(ownRights({ me: me('host'), switches: closed })).every(Boolean)).toBe(true);
    expect(ownRights({ me: me('moderator'), switches: closed })).toMatchObject({ moderates: true, appoints: false });
  });

  it('is no more than a join token grants, whatever the role', () => {
    expect(ownRights({ me: me('host', ['join', 'moderate', 'screen']), switches: closed })).toEqual({
      moderates: true,
      appoints: true,
      sends: false,
      unmutes: false,
      shares: true,
      writes: false,
    });
    expect(ownRights({ me: me('attendee', ['join', 'publish', 'screen', 'chat']), switches: open })).toEqual(
      ownRights({ me: me('attendee'), switches: open }),
    );
  });

  it('is to write for an attendee, who sends nothing', () => {
    expect(ownRights({ me: me('attendee'), switches: open })).toMatchObject({
      sends: false,
      unmutes: false,
      shares: false,
      writes: true,
    });
  });
});
