/** What follows from a role and the meeting's switches, and from who comes and goes. */
import { describe, expect, it } from '@jest/globals';
import { grants, grantsByDefault, requests, roles, type MeetingSwitches, type Role } from '@minimeet/protocol';
import fc from 'fast-check';
import { needs } from './authorization.js';
import { assertHas, everythingOpen, granted, mayBecome, mayReceive, rightsOf, rightsToProduce } from './rights.js';
import { Roles } from './roles.js';

const switchesOf: fc.Arbitrary<MeetingSwitches> = fc.record({
  onlyModeratorsShare: fc.boolean(),
  onlyModeratorsUnmute: fc.boolean(),
  onlyModeratorsChat: fc.boolean(),
});

describe('the rights of a role', () => {
  it('grow from attendee to host, whatever the switches say', () => {
    fc.assert(
      fc.property(switchesOf, (switches) => {
        const rising = [...roles].reverse().map((role) => rightsOf(role, switches));

        rising
          .slice(1)
          .forEach((rights, index) => expect([...rights]).toEqual(expect.arrayContaining([...rising[index]!])));
      }),
    );
  });

  it('of hosts and moderators do not depend on the switches', () => {
    fc.assert(
      fc.property(switchesOf, fc.constantFrom<Role>('host', 'moderator'), (switches, role) => {
        expect(rightsOf(role, switches)).toEqual(rightsOf(role, everythingOpen));
      }),
    );
  });

  it('let an attendee write and send nothing', () => {
    expect([...rightsOf('attendee', everythingOpen)]).toEqual(['chat']);
    expect([...rightsOf('attendee', { ...everythingOpen, onlyModeratorsChat: true })]).toEqual([]);
  });

  it.each([
    ['onlyModeratorsShare', 'screen'],
    ['onlyModeratorsUnmute', 'unmute'],
    ['onlyModeratorsChat', 'chat'],
  ] as const)('lose with %s what it says, and nothing else, where somebody is a speaker', (name, right) => {
    const open = rightsOf('speaker', everythingOpen);
    const closed = rightsOf('speaker', { ...everythingOpen, [name]: true });

    expect(open.has(right)).toBe(true);
    expect([...open].filter((each) => !closed.has(each))).toEqual([right]);
  });

  it('let only hosts appoint', () => {
    expect(roles.filter((role) => rightsOf(role, everythingOpen).has('appoint'))).toEqual(['host']);
    expect(roles.filter((role) => rightsOf(role, everythingOpen).has('moderate'))).toEqual(['host', 'moderator']);
  });

  it('to send a microphone that is muted at first need nobody’s leave to unmute', () => {
    expect(rightsToProduce('microphone', false)).toEqual(['microphone']);
    expect(rightsToProduce('microphone', true)).toEqual(['microphone', 'unmute']);
  });

  it('to send the sound of a screen is to be heard, as it may be a voice', () => {
    expect(rightsToProduce('screen_audio', false)).toEqual(['screen']);
    expect(rightsToProduce('screen_audio', true)).toEqual(['screen', 'unmute']);
  });
});

describe('the rights of who came with a join token', () => {
  const anyRole = fc.constantFrom(...roles);
  const anyGrants = fc.subarray([...grants]);

  it('are never more than those of the role, nor grow when a grant is taken away', () => {
    fc.assert(
      fc.property(anyRole, switchesOf, anyGrants, anyGrants, (role, switches, some, others) => {
        const rights = rightsOf(role, switches);
        const common = some.filter((grant) => others.includes(grant));

        expect([...rights]).toEqual(expect.arrayContaining([...granted(rights, some)]));
        expect([...granted(rights, some)]).toEqual(expect.arrayContaining([...granted(rights, common)]));
      }),
    );
  });

  it('are all of the role’s with what is granted by default, and none with nothing but leave to come in', () => {
    fc.assert(
      fc.property(anyRole, switchesOf, (role, switches) => {
        const rights = rightsOf(role, switches);

        expect(granted(rights, grantsByDefault(role))).toEqual(rights);
        expect(granted(rights, null)).toEqual(rights);
        expect([...granted(rights, ['join', 'subscribe', 'record'])]).toEqual([]);
      }),
    );
  });

  it('let nobody become a moderator whom the token does not let be one', () => {
    expect(roles.filter((role) => mayBecome(role, ['join', 'publish']))).toEqual(['speaker', 'attendee']);
    expect(roles.filter((role) => mayBecome(role, ['join', 'moderate']))).toEqual([...roles]);
    expect(roles.filter((role) => mayBecome(role, null))).toEqual([...roles]);
  });

  it('let them receive where that is granted', () => {
    expect([null, grants, ['join', 'publish'] as const].map(mayReceive)).toEqual([true, true, false]);
  });
});

describe('what a request needs', () => {
  it('is said of every request, and of no other', () => {
    expect(Object.keys(needs).sort()).toEqual(Object.keys(requests).sort());
  });

  it('is refused with a code and a sentence to who lacks it', () => {
    const attendee = { role: 'attendee', rights: rightsOf('attendee', everythingOpen) } as const;

    for (const right of ['microphone', 'unmute', 'camera', 'screen', 'moderate', 'appoint'] as const) {
      expect(() => assertHas(attendee, ['chat', right])).toThrow(expect.objectContaining({ code: 'not_allowed' }));
    }
    expect(() => assertHas(attendee, ['chat'])).not.toThrow();
  });
});

describe('the roles of a meeting', () => {
  const owner = { userId: 'owner', isHostByRight: true };
  const ada = { userId: 'ada', isHostByRight: false };
  const bob = { userId: 'bob', isHostByRight: false };
  const eve = { userId: 'eve', isHostByRight: false };

  it('begin with speakers, and the owner as their host', () => {
    const meeting = new Roles();

    expect([owner, ada].map((each) => meeting.of(each))).toEqual(['host', 'speaker']);
  });

  it('begin as a join token says, until a moderator says otherwise', () => {
    const meeting = new Roles();
    const grace = { userId: 'grace', isHostByRight: false, firstRole: 'attendee' } as const;
    expect(meeting.of(grace)).toBe('attendee');

    meeting.give(grace, 'speaker');
    expect(meeting.of(grace)).toBe('speaker');
  });

  it('are no more than a join token grants, whatever their other windows have', () => {
    const meeting = new Roles();
    const grace = { userId: 'grace', isHostByRight: false, firstRole: 'attendee', grants: ['join', 'chat'] } as const;
    meeting.give({ ...grace }, 'moderator');
    meeting.hostLeft([grace]);

    expect(meeting.of(grace)).toBe('attendee');
    expect(meeting.of({ ...grace, grants: ['join', 'moderate'] })).toBe('moderator');
  });

  it('stay a user’s own when they leave and come back', () => {
    const meeting = new Roles();
    meeting.give(ada, 'attendee');
    meeting.arrived({ ...ada });

    expect(meeting.of({ ...ada })).toBe('attendee');
  });

  it('let the moderator who came first stand in for the last host, until one is back', () => {
    const meeting = new Roles();
    meeting.give(bob, 'moderator');
    meeting.give(eve, 'moderator');
    meeting.hostLeft([ada, bob, eve]);
    expect([ada, bob, eve].map((each) => meeting.of(each))).toEqual(['speaker', 'host', 'moderator']);

    meeting.hostLeft([ada, eve]);
    expect(meeting.of(eve)).toBe('host');

    meeting.arrived(owner);
    expect([bob, eve].map((each) => meeting.of(each))).toEqual(['moderator', 'moderator']);
  });

  it('have nobody stand in where another host is there, or no moderator', () => {
    const meeting = new Roles();
    meeting.hostLeft([ada, eve]);
    expect([ada, eve].map((each) => meeting.of(each))).toEqual(['speaker', 'speaker']);

    meeting.give(bob, 'moderator');
    meeting.give(eve, 'host');
    meeting.hostLeft([bob, eve]);
    expect([bob, eve].map((each) => meeting.of(each))).toEqual(['moderator', 'host']);
  });

  it('end that somebody stands in when they are given another role', () => {
    const meeting = new Roles();
    meeting.give(bob, 'moderator');
    meeting.hostLeft([bob]);
    meeting.give(bob, 'attendee');

    expect(meeting.of(bob)).toBe('attendee');
  });
});
