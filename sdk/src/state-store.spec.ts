import { describe, expect, it } from '@jest/globals';
import { StateStore } from './state-store.js';
import type { RemoteMedia, RemoteParticipant } from './types.js';

const trackOf = (id: string) => ({ id }) as MediaStreamTrack;

const participantOf = (id: string, track: MediaStreamTrack | null = null): RemoteParticipant => {
  const camera: RemoteMedia = {
    source: 'camera',
    kind: 'video',
    producerId: id,
    paused: false,
    track,
    consumerId: null,
    held: false,
    congested: false,
  };
  return {
    id,
    userId: id,
    displayName: id,
    isGuest: true,
    joinedAt: '',
    deviceInfo: null,
    role: 'speaker',
    connected: true,
    media: { camera },
  };
};

function storeWithDiary() {
  const store = new StateStore();
  const diary: string[] = [];
  store.events.on('participant_joined', ({ id }) => diary.push(`${id} joined`));
  store.events.on('participant_left', ({ id }) => diary.push(`${id} left`));
  store.events.on('track', ({ participant, track }) => diary.push(`${track.id} of ${participant.id}`));
  store.events.on('track_ended', ({ participantId, track }) => diary.push(`${track.id} of ${participantId} ended`));
  return { store, diary };
}

describe('the state', () => {
  it('is told once when several things change together, with all that follows', () => {
    const { store, diary } = storeWithDiary();
    store.update({ status: 'joined', participants: [participantOf('Ada')] });
    store.events.on('state', ({ participants }) => diary.push(`state of ${participants.map(({ id }) => id).join()}`));

    store.together(() => {
      store.update({ participants: [participantOf('Ada'), participantOf('Bob')] });
      store.together(() => store.update({ participants: [participantOf('Bob'), participantOf('Eve')] }));
      expect(store.state.participants).toHaveLength(2);
      expect(diary).toEqual([]);
    });
    expect(diary).toEqual(['state of Bob,Eve', 'Ada left', 'Bob joined', 'Eve joined']);
    store.together(() => undefined);
    expect(diary).toHaveLength(4);
  });

  it('is replaced when something changes, and only then', () => {
    const { store } = storeWithDiary();
    let changes = 0;
    store.events.on('state', () => changes++);
    const before = store.state;
    store.update({ status: 'idle', error: null });
    expect(store.state).toBe(before);
    store.update({ status: 'connecting' });
    expect(store.state).not.toBe(before);
    expect(store.state.participants).toBe(before.participants);
    expect(changes).toBe(1);
  });

  it('tells of tracks that come, change and go', () => {
    const { store, diary } = storeWithDiary();
    store.update({ status: 'joined', participants: [participantOf('Ada')] });
    diary.length = 0;
    store.update({ participants: [participantOf('Ada', trackOf('first'))] });
    store.update({ participants: [participantOf('Ada', trackOf('second'))] });
    store.update({ participants: [] });
    expect(diary).toEqual(['first of Ada', 'first of Ada ended', 'second of Ada', 'second of Ada ended', 'Ada left']);
  });

  it('tells of people who come and go only while one is in the meeting', () => {
    const { store, diary } = storeWithDiary();
    store.update({ status: 'connecting', participants: [participantOf('Ada')] });
    store.update({ status: 'joined' });
    store.update({ participants: [participantOf('Ada'), participantOf('Bob')] });
    store.update({ status: 'reconnecting' });
    store.update({ participants: [participantOf('Bob')] });
    store.update({ status: 'left', participants: [] });
    expect(diary).toEqual(['Bob joined', 'Ada left']);
  });
});
