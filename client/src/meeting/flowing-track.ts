/** Which picture of somebody there is to show. */
import type { RemoteMedia } from '@minimeet/sdk';

/**
 * The track, as long as anything of it arrives. What the server held back while nobody looked is shown from its first new
 * frame on, not with the one that stood still meanwhile.
 */
export function flowingTrack(media: RemoteMedia | undefined): MediaStreamTrack | null {
  return isToBeSeen(media) && !media.congested ? media.track : null;
}

/** Whether it would be shown if the bandwidth sufficed. */
export function isShort(media: RemoteMedia | undefined): boolean {
  return isToBeSeen(media) && media.congested;
}

function isToBeSeen(media: RemoteMedia | undefined): media is RemoteMedia {
  return media !== undefined && !media.paused && !media.held;
}
