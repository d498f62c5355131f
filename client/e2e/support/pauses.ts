/** How long the pictures of a page stand still. */
import type { Page } from 'playwright-core';

/** Milliseconds between two looks. */
const interval = 50;

export interface Watched {
  /** Longest time without a new picture, in milliseconds. */
  longest: number;
  /** When that was over, as `Date.now()` tells it. */
  endedAt: number;
  /** New pictures so far. */
  pictures: number;
}

/** Watches the pictures of the others from now on, by their names. */
export async function watchPauses(page: Page): Promise<() => Promise<Record<string, Watched>>> {
  await page.evaluate((interval) => {
    const watched: Record<string, Watched & { stream: unknown; frames: number; at: number }> = {};
    const look = () => {
      const now = performance.now();

      for (const tile of document.querySelectorAll('[data-testid="tile"]:not([data-own])')) {
        const name = tile.querySelector('[data-testid="tile-name"]')?.textContent ?? '';
        const video = tile.querySelector('video');
        const stream = video?.srcObject ?? null;
        const frames = video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
        const seen = (watched[name] ??= { longest: 0, endedAt: 0, pictures: 0, stream, frames, at: now });

        if (now - seen.at > seen.longest) {
          Object.assign(seen, { longest: now - seen.at, endedAt: Date.now() });
        }

        // Another stream begins to count anew, and has no picture yet.
        if (frames > (stream === seen.stream ? seen.frames : 0)) {
          Object.assign(seen, { pictures: seen.pictures + 1, stream, frames, at: now });
        }
      }
    };
    const kept = window as { pauseWatch?: number; watched?: object };
    clearInterval(kept.pauseWatch);
    kept.watched = watched;
    kept.pauseWatch = window.setInterval(look, interval);
    look();
  }, interval);

  return () =>
    page.evaluate(() => {
      const { watched } = window as unknown as { watched: Record<string, Watched> };

      return Object.fromEntries(
        Object.entries(watched).map(([name, { longest, endedAt, pictures }]) => [
          name,
          { longest: Math.round(longest), endedAt, pictures },
        ]),
      );
    });
}
