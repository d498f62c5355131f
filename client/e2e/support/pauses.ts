/** How long the pictures of a page stand still. */
import type { Page } from 'playwright-core';

/** Milliseconds between two looks. */
const interval = 25;

/** Watches the pictures of the others from now on; the answer tells each one's longest time without a new one, in milliseconds. */
export async function watchPauses(page: Page): Promise<() => Promise<Record<string, number>>> {
  await page.evaluate((interval) => {
    const seen = new Map<string, { picture: unknown; at: number; longest: number }>();
    const look = () => {
      const now = performance.now();

      for (const tile of document.querySelectorAll('[data-testid="tile"]:not([data-own])')) {
        const name = tile.querySelector('[data-testid="tile-name"]')?.textContent ?? '';
        const video = tile.querySelector('video');
        // Another element begins to count anew; one without a picture yet shows none.
        const frames = video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
        const { picture, at, longest } = seen.get(name) ?? { picture: null, at: now, longest: 0 };
        const isNew = frames > 0 && `${(video!.dataset.number ??= String(Math.random()))} ${frames}` !== picture;
        seen.set(name, {
          picture: isNew ? `${video!.dataset.number} ${frames}` : picture,
          at: isNew ? now : at,
          longest: Math.max(longest, now - at),
        });
      }
    };
    clearInterval((window as { pauseWatch?: number }).pauseWatch);
    Object.assign(window, { pauses: seen, pauseWatch: setInterval(look, interval) });
  }, interval);

  return () =>
    page.evaluate(() => {
      const { pauses } = window as unknown as { pauses: Map<string, { longest: number }> };

      return Object.fromEntries([...pauses].map(([name, { longest }]) => [name, Math.round(longest)]));
    });
}
