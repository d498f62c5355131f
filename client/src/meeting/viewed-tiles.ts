/** What the server is told of the tiles on a page: which of them can be seen, and how large. */
import { limits } from '@minimeet/protocol';
import type { ViewedTile } from '@minimeet/sdk';
import type { Picture } from './featured';

export interface TileOnPage extends Picture {
  pinned: boolean;
  /** CSS pixels; 0 until it is measured. */
  width: number;
  height: number;
  /** Some of it is within the window, not scrolled out of it. */
  inWindow: boolean;
  /** It fills the screen, and so covers all others. */
  fullScreen: boolean;
  /** Its picture floats in a window of its own, over other pages too. */
  pictureInPicture: boolean;
}

export interface PageOnScreen {
  /** Screen pixels of a CSS pixel (`devicePixelRatio`). */
  pixelRatio: number;
  /** In a tab in the background, or below something that covers it. */
  hidden: boolean;
}

/** Screen pixels at least of a picture that floats: how large its window is, only the browser knows. */
const floating = { width: 640, height: 360 };
/** Pixels that the protocol can say. */
const largest = 16_384;

/** In an order that depends on nothing but the tiles: pinned ones first, then screens, then the largest. */
export function viewedTiles(tiles: readonly TileOnPage[], { pixelRatio, hidden }: PageOnScreen): ViewedTile[] {
  const covering = tiles.some(({ fullScreen }) => fullScreen);
  const isInSight = (tile: TileOnPage) => !hidden && tile.inWindow && (tile.fullScreen || !covering);
  return tiles
    .filter((tile) => tile.width > 0 && tile.height > 0 && (tile.pictureInPicture || isInSight(tile)))
    .map(({ participantId, source, pinned, pictureInPicture, width, height }) => {
      const least = pictureInPicture ? floating : { width: 1, height: 1 };
      const pixels = (length: number, atLeast: number) =>
        Math.min(largest, Math.max(atLeast, Math.round(length * pixelRatio)));
      return {
        participantId,
        source,
        width: pixels(width, least.width),
        height: pixels(height, least.height),
        pinned,
      };
    })
    .sort(byImportance)
    .slice(0, limits.viewTiles);
}

function byImportance(one: ViewedTile, other: ViewedTile): number {
  return (
    Number(other.pinned) - Number(one.pinned) ||
    Number(other.source === 'screen') - Number(one.source === 'screen') ||
    other.width * other.height - one.width * one.height ||
    (one.participantId < other.participantId ? -1 : 1)
  );
}
