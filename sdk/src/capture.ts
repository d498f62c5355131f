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

/** The screen, and its sound where the browser and the person offer it. */
export async function captureScreen(options: DisplayMediaStreamOptions): Promise<Captured[]> {
  const wanted = { video: { frameRate: { ideal: 15, max: 30 } }, audio: true, ...options };
  const stream = await mediaDevices('getDisplayMedia').getDisplayMedia(wanted);
  return stream.getTracks().map((track) => {
    // Sharp text matters more than smooth motion, unless the application said otherwise.
    if (track.kind === 'video' && track.contentHint === '') track.contentHint = 'detail';
    return { source: track.kind === 'video' ? 'screen' : 'screen_audio', track };
  });
}

/** Browsers have no media devices on pages without HTTPS (but on localhost), and phones no screen capture. */
function mediaDevices(method: 'getUserMedia' | 'getDisplayMedia'): MediaDevices {
  const devices = globalThis.navigator?.mediaDevices as Partial<MediaDevices> | undefined;
  if (!devices?.[method]) throw new MeetingError('not_supported', 'This browser cannot capture here');
  return devices as MediaDevices;
}
