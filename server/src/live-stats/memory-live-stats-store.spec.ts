import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LiveMeeting } from './live-stats-store.js';
import { MemoryLiveStatsStore } from './memory-live-stats-store.js';

const figures = (meetingId: string, roomId: string, participants: number): LiveMeeting => ({
  meetingId,
  roomId,
  beganAt: new Date(0),
  participants,
  producers: 2,
  consumers: 6,
});

describe('live figures in memory', () => {
  let store: MemoryLiveStatsStore;

  beforeEach(() => {
    store = new MemoryLiveStatsStore();
  });

  it('are the newest of each meeting', async () => {
    await store.put(figures('morning', 'kitchen', 2));
    await store.put(figures('morning', 'kitchen', 3));
    await store.put(figures('noon', 'hall', 5));

    expect(await store.all()).toEqual([figures('morning', 'kitchen', 3), figures('noon', 'hall', 5)]);
  });

  it('are forgotten with their meeting', async () => {
    await store.put(figures('morning', 'kitchen', 2));
    await store.remove('morning');

    expect(await store.all()).toEqual([]);
  });

  it('tell the participants of each room that is asked for, 0 where nobody meets', async () => {
    await store.put(figures('morning', 'kitchen', 2));
    await store.put(figures('noon', 'hall', 5));

    expect(await store.participantsNow(['kitchen', 'cellar'])).toEqual(
      new Map([
        ['kitchen', 2],
        ['cellar', 0],
      ]),
    );
  });

  it('do not change when the caller changes what it gave or got', async () => {
    const given = figures('morning', 'kitchen', 2);
    await store.put(given);
    given.participants = 100;
    for (const got of await store.all()) {
      got.participants = 200;
    }

    expect(await store.all()).toEqual([figures('morning', 'kitchen', 2)]);
  });
});
