import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Announcements, type Announcement } from './announcements.js';

const window = 200;

/** A meeting's sockets, each with what it was told, in order, and in how many packets. */
class Sockets {
  readonly heard = new Map<string, number[]>();
  readonly packets = new Map<string, number>();
  readonly announcements = new Announcements({
    toAll: (announcement, exceptIds) => {
      for (const id of this.heard.keys()) {
        if (!exceptIds.includes(id)) {
          this.hear(id, announcement);
        }
      }
    },
    toOne: (participantId, announcement) => this.hear(participantId, announcement),
  });

  come(id: string): void {
    this.heard.set(id, []);
    this.packets.set(id, 0);
    this.announcements.begin(id);
  }

  go(id: string): void {
    this.announcements.leave(id);
    this.heard.delete(id);
  }

  say(number: number, exceptId: string | null = null): void {
    this.announcements.say({ event: 'new_message', payload: { number } }, exceptId);
  }

  private hear(id: string, { event, payload }: Announcement): void {
    const several = event === 'batch' ? (payload as { notifications: Announcement[] }).notifications : [{ payload }];
    this.packets.set(id, this.packets.get(id)! + 1);
    this.heard.get(id)!.push(...several.map((each) => (each.payload as { number: number }).number));
  }
}

const countTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('what a meeting says', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is heard at once while little happens', () => {
    const sockets = new Sockets();
    sockets.come('Ada');

    for (const number of countTo(20)) {
      sockets.say(number);
      expect(sockets.heard.get('Ada')).toHaveLength(number + 1);
      jest.advanceTimersByTime(window / 2);
    }
  });

  it('is heard in a few packets when two hundred come in a second, whole and in order', () => {
    const sockets = new Sockets();
    sockets.come('Ada');

    for (const number of countTo(800)) {
      sockets.say(number);
      jest.advanceTimersByTime(1000 / 800);
    }

    jest.advanceTimersByTime(window);
    expect(sockets.heard.get('Ada')).toEqual(countTo(800));
    expect(sockets.packets.get('Ada')).toBeLessThanOrEqual(10 + 1000 / window + 1);
    jest.advanceTimersByTime(window);
    sockets.say(800);
    expect(sockets.heard.get('Ada')).toHaveLength(801);
  });

  it('is heard by those who were there, but for whoever is not to hear it, however much happens', () => {
    const person = fc.constantFrom('Ada', 'Bob', 'Eve', 'Lin');
    const step = fc.oneof(
      fc.record({ what: fc.constant('say' as const), except: fc.option(person) }),
      fc.record({ what: fc.constantFrom('come' as const, 'go' as const), who: person }),
      fc.record({ what: fc.constant('wait' as const), milliseconds: fc.integer({ min: 1, max: 3 * window }) }),
      fc.record({ what: fc.constant('flush' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const sockets = new Sockets();
        const expected = new Map<string, number[]>();
        steps.forEach((each, number) => {
          if (each.what === 'say') {
            sockets.say(number, each.except);
            [...expected].forEach(([id, heard]) => id !== each.except && heard.push(number));
          } else if (each.what === 'come' && !expected.has(each.who)) {
            sockets.come(each.who);
            expected.set(each.who, []);
          } else if (each.what === 'go' && expected.delete(each.who)) {
            sockets.go(each.who);
          } else if (each.what === 'wait') {
            jest.advanceTimersByTime(each.milliseconds);
          } else if (each.what === 'flush') {
            sockets.announcements.flush();
          }
        });
        sockets.announcements.close();
        expect(sockets.heard).toEqual(expected);
        expect(jest.getTimerCount()).toBe(0);
      }),
    );
  });
});
