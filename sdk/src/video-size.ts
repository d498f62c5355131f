/** How large the picture of a track is, as far as the track itself knows. */
import type { VideoSize } from '@minimeet/protocol';

/** Pixels that the wire can say. */
const largest = 16_384;

/** `undefined` for sound, and for a picture whose size is not known yet. */
export function videoSizeOf(track: MediaStreamTrack | null): VideoSize | undefined {
  if (track?.kind !== 'video') return undefined;
  const { width = 0, height = 0 } = track.getSettings();
  const size = { width: Math.round(width), height: Math.round(height) };
  return Object.values(size).every((pixels) => pixels >= 1 && pixels <= largest) ? size : undefined;
}
