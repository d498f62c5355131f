import { describe, expect, it } from '@jest/globals';
import { accessNames, type AuthenticatedUser } from '../common/access.js';
import { RecentAccesses } from './recent-accesses.js';

const user = (id: string) => ({ id, pass: null }) as unknown as AuthenticatedUser;
const claims = (sub: string, session: string) =>
  ({ sub, version: 1, session }) as Parameters<RecentAccesses['note']>[0];

describe('recent accesses', () => {
  it('are found until one of their names ends, and those of others stay', () => {
    const recent = new RecentAccesses();
    recent.note(claims('ada', 's1'), user('ada'));
    recent.note(claims('ada', 's2'), user('ada'));
    recent.note(claims('bob', 's3'), user('bob'));
    const names = (session: string) =>
      accessNames({ userId: 'ada', tokenVersion: 1, sessionId: session, pass: user('ada').pass });
    const ofOneSession = names('s1').find((name) => !names('s2').includes(name))!;
    recent.forget(ofOneSession);

    expect(recent.find(claims('ada', 's1'))).toBeUndefined();
    expect(recent.find(claims('ada', 's2'))?.id).toBe('ada');
    recent.forget(names('s2').find((name) => names('s1').includes(name))!);
    expect(recent.find(claims('ada', 's2'))).toBeUndefined();
    expect(recent.find(claims('bob', 's3'))?.id).toBe('bob');
  });
});
