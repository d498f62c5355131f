import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VoiceRanking } from './voice-ranking.js';

const names = ['Ada', 'Bob', 'Eve', 'Kim', 'Lin', 'Max'];

/** Six people with microphones, of whom two voices get through. */
function ranking() {
  const voices = new VoiceRanking(2);
  let now = 0;
  names.forEach((name) => voices.add(name, false));

  return {
    voices,
    through: () => voices.participantIds.slice(0, 2).sort(),
    /** Hears these at -30 dBov, or as said, four times a second. */
    hear(milliseconds: number, ...heard: (string | [name: string, volume: number])[]) {
      for (let passed = 0; passed < milliseconds; passed += 250) {
        now += 250;
        const levels = heard.map((each) => (typeof each === 'string' ? ([each, -30] as const) : each));
        voices.hear(
          levels.map(([participantId, volume]) => ({ participantId, volume })),
          now,
        );
      }
    },
    mute: (name: string) => voices.mute(name),
    unmute: (name: string) => voices.unmute(name, now),
  };
}

describe('the voices that get through', () => {
  it('are the first who came while nobody speaks', () => {
    expect(ranking().through()).toEqual(['Ada', 'Bob']);
  });

  it('have a place for a new speaker at once: that of the longest silent', () => {
    const { hear, through } = ranking();
    hear(250, 'Bob');
    hear(2000, 'Eve');
    expect(through()).toEqual(['Bob', 'Eve']);
    hear(250, 'Kim');
    expect(through()).toEqual(['Eve', 'Kim']);
  });

  it('keep who spoke last for as long as nobody new needs the place', () => {
    const { hear, through } = ranking();
    hear(1000, 'Eve', 'Kim');
    hear(60_000);
    expect(through()).toEqual(['Eve', 'Kim']);
  });

  it('keep who pauses between words', () => {
    const { hear, through } = ranking();
    hear(5000, 'Eve', 'Kim');
    hear(500, 'Eve', 'Lin');
    expect(through()).toEqual(['Eve', 'Kim']);
    hear(1000, 'Eve', 'Lin');
    expect(through()).toEqual(['Eve', 'Lin']);
  });

  it('are not taken from one who speaks by one who is as loud, but by one who is clearly louder', () => {
    const { hear, through } = ranking();
    hear(3000, 'Ada', 'Bob');
    hear(3000, ['Lin', -27], 'Ada', 'Bob');
    expect(through()).toEqual(['Ada', 'Bob']);
    hear(3000, ['Lin', -20], 'Ada', ['Bob', -40]);
    expect(through()).toEqual(['Ada', 'Lin']);
  });

  it('do not flicker when three argue', () => {
    const { hear, through } = ranking();
    const seen = new Set<string>();

    for (let round = 0; round < 40; round += 1) {
      hear(250, ['Ada', -28 - (round % 3)], ['Bob', -29 - (round % 2)], ['Eve', -27 - (round % 4)]);
      seen.add(through().join());
    }

    expect([...seen]).toEqual(['Ada,Bob']);
  });

  it('have the displaced next in line, for those who hold a place themselves', () => {
    const { voices, hear } = ranking();
    hear(2000, 'Bob');
    hear(250, 'Bob', 'Max');
    expect(voices.participantIds[2]).toBe('Ada');
  });

  it('count who unmutes as speaking already, and put who is muted last', () => {
    const { mute, unmute, through, voices } = ranking();
    mute('Ada');
    expect(through()).toEqual(['Bob', 'Eve']);
    expect(voices.participantIds.at(-1)).toBe('Ada');
    mute('Max');
    unmute('Max');
    expect(through()).toContain('Max');
    unmute('Ada');
    expect(through()).toEqual(['Ada', 'Max']);
  });

  it('give a place away when its holder leaves', () => {
    const { voices, through } = ranking();
    voices.remove('Ada');
    expect(through()).toEqual(['Bob', 'Eve']);
    voices.add('Ada', true);
    expect(voices.participantIds.at(-1)).toBe('Ada');
  });

  it('always name everyone once, the muted last, and nobody else', () => {
    const who = fc.constantFrom(...names);
    const changes = fc.oneof(
      fc.record({ what: fc.constant('add' as const), name: who, muted: fc.boolean() }),
      fc.record({ what: fc.constantFrom('remove' as const, 'mute' as const, 'unmute' as const), name: who }),
      fc.record({
        what: fc.constant('hear' as const),
        heard: fc.uniqueArray(fc.record({ participantId: who, volume: fc.integer({ min: -55, max: 0 }) }), {
          selector: ({ participantId }) => participantId,
        }),
      }),
    );

    fc.assert(
      fc.property(fc.array(changes, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (script, places) => {
        const voices = new VoiceRanking(places);
        const muted = new Map<string, boolean>();
        let now = 0;

        for (const change of script) {
          now += 250;

          if (change.what === 'hear') {
            const before = voices.participantIds.slice(0, places);
            voices.hear(change.heard, now);
            const after = voices.participantIds.slice(0, places);
            const heard = change.heard.map(({ participantId }) => participantId);
            expect(after.filter((name) => !before.includes(name) && !heard.includes(name))).toEqual([]);
          } else if (change.what === 'add') {
            voices.add(change.name, change.muted);
            muted.set(change.name, change.muted);
          } else if (change.what === 'remove') {
            voices.remove(change.name);
            muted.delete(change.name);
          } else if (muted.has(change.name)) {
            if (change.what === 'mute') {
              voices.mute(change.name);
            } else {
              voices.unmute(change.name, now);
            }

            muted.set(change.name, change.what === 'mute');
          }

          const order = voices.participantIds;
          expect([...order].sort()).toEqual([...muted.keys()].sort());
          const firstMuted = order.findIndex((name) => muted.get(name));
          expect(firstMuted === -1 || order.slice(firstMuted).every((name) => muted.get(name))).toBe(true);
        }
      }),
    );
  });
});
