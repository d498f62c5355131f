/** How many columns and rows of tiles fill a rectangle best. */

export const tileAspect = 16 / 9;

export interface GridLayout {
  columns: number;
  rows: number;
  /** Whole CSS pixels. */
  tileWidth: number;
  tileHeight: number;
}

/**
 * The columns and rows with which `count` tiles of 16:9 become largest in `width` × `height` CSS pixels, with `gap` pixels
 * between them. Among equals, the one with fewer empty places. Without tiles or without room, everything is 0.
 */
export function gridLayout(count: number, width: number, height: number, gap = 8): GridLayout {
  let best: GridLayout = { columns: 0, rows: 0, tileWidth: 0, tileHeight: 0 };
  let bestEmptyPlaces = Infinity;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (width - gap * (columns - 1)) / columns;
    const cellHeight = (height - gap * (rows - 1)) / rows;
    const tileWidth = Math.floor(Math.min(cellWidth, cellHeight * tileAspect));
    const tileHeight = Math.floor(tileWidth / tileAspect);
    if (tileHeight < 1) continue;
    const emptyPlaces = columns * rows - count;
    if (tileWidth > best.tileWidth || (tileWidth === best.tileWidth && emptyPlaces < bestEmptyPlaces)) {
      best = { columns, rows, tileWidth, tileHeight };
      bestEmptyPlaces = emptyPlaces;
    }
  }
  return best;
}
