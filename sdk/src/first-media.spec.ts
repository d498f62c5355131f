import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FirstMedia } from './first-media.js';

/** A track as a browser gives it before its first packet. */
function silentTrack(kind: 'audio' | 'video') {
  return Object.assign(new EventTarget(), { kind, muted: true }) as unknown as MediaStreamTrack;
}

const end = (track: MediaStreamTrack) => Object.assign(track, { readyState: 'ended' });
const arrive = (track: MediaStreamTrack) => track.dispatchEvent(new Event('unmute'));
const pass = (milliseconds: number) => jest.advanceTimersByTime(milliseconds);

describe('how joining went', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 0 }));
  afterEach(() => void jest.useRealTimers());

  const joined = () => {
    const media = new FirstMedia(performance.now());
    pass(80);
    media.noteAnswer(['ada-voice', 'ada-face', 'bob-face']);

    return media;
  };

  it('is told with the first of each kind that came from whoever sent by then', () => {
    const media = joined();
    const [voice, face, other] = [silentTrack('audio'), silentTrack('video'), silentTrack('video')];
    media.await('1', 'ada-voice', voice);
    media.await('2', 'ada-face', face);
    media.await('3', 'bob-face', other);
    pass(120);
    arrive(other);
    expect(media.report(false)).toBeUndefined();
    pass(50);
    arrive(voice);
    pass(1000);
    arrive(face);

    expect(media.report(false)).toEqual({ answered: 80, firstAudio: 250, firstVideo: 200 });
  });

  it('is told once, and again where the server did not get it', () => {
    const media = joined();

    expect(media.report(false)).toEqual({ answered: 80, firstAudio: null, firstVideo: null });
    expect(media.report(false)).toBeDefined();
    media.noteTold();
    expect(media.report(true)).toBeUndefined();
  });

  it('knows nothing before the answer', () => {
    expect(new FirstMedia(performance.now()).report(true)).toBeUndefined();
  });

  it('does not wait for those who came later or went, for what is held back, and for tracks that cannot tell', () => {
    const media = joined();
    media.await('1', 'eve-face', silentTrack('video'));
    media.await('2', 'ada-voice', silentTrack('audio'));
    media.forget('2');
    const gone = silentTrack('video');
    media.await('4', 'bob-face', gone);
    end(gone);
    media.await('3', 'ada-face', Object.assign(silentTrack('video'), { muted: false }));

    expect(media.report(false)).toEqual({ answered: 80, firstAudio: null, firstVideo: null });
  });

  it('says a minute of what does not come, and nothing of what may yet have come when the client left', () => {
    const [waiting, leaving] = [joined(), joined()];
    for (const media of [waiting, leaving]) media.await('1', 'ada-face', silentTrack('video'));

    expect(leaving.report(true)).toMatchObject({ firstVideo: null });
    pass(60_000);
    expect(waiting.report(false)).toMatchObject({ answered: 80, firstAudio: null, firstVideo: 60_000 });
  });
});
