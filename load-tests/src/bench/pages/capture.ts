/** In a browser: what both kinds of pages do alike. The same capture, and a player for whatever comes. */
import { camera } from './camera.js';

export function capture(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ video: camera, audio: true });
}

export function show(track: MediaStreamTrack): void {
  const player = Object.assign(document.createElement(track.kind === 'video' ? 'video' : 'audio'), { autoplay: true });
  player.srcObject = new MediaStream([track]);
  document.body.append(player);
}
