/**
 * Fuzz with a memory: several people take valid and invalid steps in one meeting, in any order, and it is at every step what a model of
 * it says. Others who meet on the same server go on.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { repeatedWith, seed } from '../../server/test/faulty-inputs.js';
import { api, createRoom, guest } from '../../server/test/harness.js';
import { Arena, withoutLimits } from './adversary/arena.js';
import { GUESTS, connected, newModel, steps, type Person, type Real } from './adversary/meeting-model.js';
import { joinPayload, tokenOf } from './adversary/people.js';
import { compileLoadTests } from './compile.js';

/** Meetings, each with up to so many steps as the model says. */
const MEETINGS = 100;
/** Bytes by which the heap may differ between the ends of both halves. */
const HEAP_NOISE = 8_000_000;

describe('fuzz: several people in a meeting', () => {
  let arena: Arena;
  let inputs = 0;

  beforeAll(async () => {
    process.stderr.write(`fuzz: a meeting and its model, ${repeatedWith}\n`);
    compileLoadTests();
    // What is lost is kept for longer than any sequence lasts.
    arena = await Arena.open({ ...withoutLimits, RECONNECT_GRACE: '600' });
  });

  afterAll(() => arena.close());

  /** A room of its own, with its host in it. */
  async function newMeeting(): Promise<Real> {
    const { url } = arena;
    const { accessToken } = await guest(url, 'Grace');
    const { slug } = await createRoom(url, accessToken);
    const person = (token: string): Person => ({
      token,
      client: null,
      joined: null,
      producers: new Map(),
      offers: ['{}'],
      heard: new Set(),
    });
    const guests = await Promise.all(Array.from({ length: GUESTS }, (_, index) => tokenOf(url, `Guest ${index + 1}`)));
    const real: Real = {
      url,
      slug,
      people: [accessToken, ...guests].map(person),
      waitingIds: [],
      setLobby: async (hasLobby) => {
        const { status } = await api(url, accessToken).patch(`/rooms/${slug}`, { lobby: hasLobby });
        expect(status).toBe(200);
      },
      note: (_, count = 1) => void (inputs += count),
    };
    const host = await connected(real, 0);
    real.people[0]!.joined = await host.askWell('join_room', joinPayload(slug));

    return real;
  }

  /** All go, whose seats are kept among them. That it does not end for a host who is out shows in what the model says, or is left behind. */
  async function end({ people }: Real): Promise<void> {
    await people[0]!.client!.ask('end_meeting').catch(() => undefined);
    people.forEach(({ client }) => client?.cut());
  }

  const meet = (part: number) =>
    fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const real = await newMeeting();

        try {
          await fc.asyncModelRun(() => ({ model: newModel(), real }), sequence);
        } finally {
          await end(real);
        }
        const faults = await arena.faults();

        if (faults.length > 0) {
          throw new Error(`${repeatedWith}: ${faults.join('\n')}`);
        }
      }),
      { numRuns: MEETINGS / 2, seed: (seed + part) | 0 },
    );

  it('it is at every step what it should be, and leaves nothing behind', async () => {
    const before = await arena.figures();
    await meet(0);
    await arena.expectMeetingGoesOn();
    const middle = await arena.figures();
    await meet(1);
    await arena.expectMeetingGoesOn();
    const after = await arena.figures();

    expect([middle.counts, after.counts]).toEqual([before.counts, before.counts]);
    expect(after.heapBytes - middle.heapBytes).toBeLessThan(HEAP_NOISE);
    process.stderr.write(`fuzz: ${inputs} inputs beside the steps of the model\n`);
  }, 900_000);
});
