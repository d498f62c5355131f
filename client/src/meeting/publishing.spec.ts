import { describe, expect, it } from '@jest/globals';
import { nextStep } from './publishing';

const track = {} as MediaStreamTrack;
const another = {} as MediaStreamTrack;

describe('nextStep', () => {
  it('publishes a device that has a track', () => {
    expect(nextStep({ on: true, track }, undefined)).toBe('publish');
    expect(nextStep({ on: false, track }, undefined)).toBe('publish');
  });

  it('takes back what has no track any more', () => {
    expect(nextStep({ on: false, track: null }, { track, paused: false })).toBe('unpublish');
  });

  it('keeps what is sent while another device takes over, or one that is wanted may come back', () => {
    expect(nextStep({ on: true, track: null }, { track, paused: false })).toBeNull();
    expect(nextStep({ on: false, track: null, starting: true }, { track, paused: true })).toBeNull();
  });

  it('replaces the track of another device before anything else', () => {
    expect(nextStep({ on: false, track: another }, { track, paused: false })).toBe('replaceTrack');
  });

  it('mutes and unmutes', () => {
    expect(nextStep({ on: false, track }, { track, paused: false })).toBe('mute');
    expect(nextStep({ on: true, track }, { track, paused: true })).toBe('unmute');
  });

  it('takes back what somebody may not send any more, and begins nothing', () => {
    expect(nextStep({ on: true, track }, { track, paused: false }, false)).toBe('unpublish');
    expect(nextStep({ on: true, track }, undefined, false)).toBeNull();
  });

  it('does nothing when both are equal', () => {
    expect(nextStep({ on: true, track }, { track, paused: false })).toBeNull();
    expect(nextStep({ on: false, track }, { track, paused: true })).toBeNull();
    expect(nextStep({ on: true, track: null }, undefined)).toBeNull();
  });
});
