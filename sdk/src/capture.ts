/** Microphone, camera and screen from the browser. */
import type { Source } from '@minimeet/protocol';
import { MeetingError } from './meeting-error.js';

export interface Captured {
  source: Source;
  track: MediaStreamTrack;
}

export async function captureMicrophone(constraints: MediaTrackConstraints): Promise<Captured[]> {
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...constraints };
  const stream = await mediaDevices('getUserMedia').getUserMedia({ audio });
  return stream.getAudioTracks().map((track) => ({ source: 'microphone', track }));
}

export async function captureCamera(constraints: MediaTrackConstraints): Promise<Captured[]> {
  const video = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, ...constraints };
  const stream = await mediaDevices('getUserMedia').getUserMedia({ video });
  return stream.getVideoTracks().map((track) => ({ source: 'camera', track }));
}

/** What newer browsers take (https://w3c.github.io/mediacapture-screen-share/), and others ignore. */
interface ScreenOptions extends DisplayMediaStreamOptions {
  systemAudio?: 'include' | 'exclude';
  selfBrowserSurface?: 'include' | 'exclude';
  surfaceSwitching?: 'include' | 'exclude';
  monitorTypeSurfaces?: 'include' | 'exclude';
}

/**
 * The screen, and its sound where the browser and the user offer it. A browser that cannot leave the page's own sound out (`restrictOwnAudio`)
 * does not offer the system's sound, of which the meeting is a part: the others would hear themselves.
 */
export async function captureScreen(options: DisplayMediaStreamOptions): Promise<Captured[]> {
  const supported: Record<string, boolean | undefined> = { ...navigator.mediaDevices?.getSupportedConstraints?.() };
  const leavesOutOwnSound = supported['restrictOwnAudio'] === true;
  const wanted: ScreenOptions = {
    video: { frameRate: { ideal: 15, max: 30 } },
    // What is shared is music and film, no voice, and whoever shares it goes on hearing it.
    audio: {
      echoCancellation: false,
      noiseSuppression: false,
      autoGainControl: false,
      ...(leavesOutOwnSound && { restrictOwnAudio: true }),
      ...(supported['suppressLocalAudioPlayback'] && { suppressLocalAudioPlayback: false }),
    } as MediaTrackConstraints,
    systemAudio: leavesOutOwnSound ? 'include' : 'exclude',
    // A picture of the meeting in the meeting, and its sound.
    selfBrowserSurface: 'exclude',
    // Another tab without stopping in between.
    surfaceSwitching: 'include',
    monitorTypeSurfaces: 'include',
    ...options,
  };
  const stream = await mediaDevices('getDisplayMedia').getDisplayMedia(wanted);
  if (options.audio === undefined) dropOwnSound(stream);
  return stream.getTracks().map((track) => {
    // Sharp text matters more than smooth motion, unless the application said otherwise.
    if (track.kind === 'video' && track.contentHint === '') track.contentHint = 'detail';
    return { source: track.kind === 'video' ? 'screen' : 'screen_audio', track };
  });
}

/** A browser that knows `restrictOwnAudio` may still not manage it on this system; the sound of another tab has nothing of this page. */
function dropOwnSound(stream: MediaStream): void {
  const surface = stream.getVideoTracks()[0]?.getSettings().displaySurface;
  for (const track of stream.getAudioTracks()) {
    const settings: MediaTrackSettings & { restrictOwnAudio?: boolean } = track.getSettings();
    if (settings.restrictOwnAudio || surface === undefined || surface === 'browser') continue;
    track.stop();
    stream.removeTrack(track);
  }
}

/** Browsers have no media devices on pages without HTTPS (but on localhost), and phones no screen capture. */
function mediaDevices(method: 'getUserMedia' | 'getDisplayMedia'): MediaDevices {
  const devices = globalThis.navigator?.mediaDevices as Partial<MediaDevices> | undefined;
  if (!devices?.[method]) throw new MeetingError('not_supported', 'This browser cannot capture here');
  return devices as MediaDevices;
}
