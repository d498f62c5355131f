/** Brings what a meeting would forward below what it may. */
import type { SentVideo } from './sent-video.js';

/** Video on its way to one receiver. */
export interface CappedVideo {
  readonly video: SentVideo;
  /** Higher is more important. */
  readonly priority: number;
  /** Index into the layers of the video. */
  spatialLayer: number;
  paused: boolean;
}

/**
 * Lowers layers, those of the least important first and of equally important ones in turn, until all together take no more
 * than the bitrate; where the lowest layers are still too much, pauses the least important.
 *
 * @param bitrate bit/s
 */
export function keepWithin(bitrate: number, videos: readonly CappedVideo[]): void {
  const flowing = videos.filter(({ paused }) => !paused);
  let sum = flowing.reduce((total, { video, spatialLayer }) => total + costOf(video, spatialLayer), 0);

  const change = (capped: CappedVideo, to: { spatialLayer: number } | { paused: true }) => {
    sum -= costOf(capped.video, capped.spatialLayer);
    Object.assign(capped, to);
    sum += capped.paused ? 0 : costOf(capped.video, capped.spatialLayer);
  };

  if (sum <= bitrate) {
    return;
  }

  const leastImportantFirst = groupsByPriority(flowing);

  for (const group of leastImportantFirst) {
    const highest = Math.max(...group.map(({ spatialLayer }) => spatialLayer));

    for (let layer = highest; layer > 0; layer -= 1) {
      for (const capped of group) {
        if (sum <= bitrate) {
          return;
        }

        if (capped.spatialLayer === layer) {
          change(capped, { spatialLayer: layer - 1 });
        }
      }
    }
  }

  for (const capped of leastImportantFirst.flat()) {
    if (sum <= bitrate) {
      return;
    }

    change(capped, { paused: true });
  }
}

/** A higher layer that is said to cost less than a lower one (a sender may say what it likes) costs what that does. */
function costOf({ layers }: SentVideo, spatialLayer: number): number {
  return Math.max(...layers.slice(0, spatialLayer + 1).map(({ bitrate }) => bitrate));
}

function groupsByPriority(videos: readonly CappedVideo[]): CappedVideo[][] {
  const priorities = [...new Set(videos.map(({ priority }) => priority))].sort((one, other) => one - other);

  return priorities.map((priority) => videos.filter((capped) => capped.priority === priority));
}
