/** How many columns and rows of tiles fill a rectangle best. */

/** Width divided by height: what cameras and screens give. */
export const tileAspect = 16 / 9;

export interface GridLayout {
  columns: number;
  rows: number;
  /** Whole CSS pixels. */
  tileWidth: number;
  tileHeight: number;
}

export interface GridOptions {
  /** CSS pixels between tiles. Default 8. */
  gap?: number;
  /** How high a tile may become where there is room: width divided by height, at most 16:9, which is the default. */
  tallestAspect?: number;
}

/**
 * The columns and rows with which `count` tiles become largest in `width` × `height` CSS pixels. Tiles are 16:9, or as much
 * higher as `tallestAspect` allows. Among equals, the one with fewer empty places. Without tiles or room, everything is 0.
 */
export function gridLayout(count: number, width: number, height: number, options: GridOptions = {}): GridLayout {
  const { gap = 8, tallestAspect = tileAspect } = options;
  let best: GridLayout = { columns: 0, rows: 0, tileWidth: 0, tileHeight: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (width - gap * (columns - 1)) / columns;
    const cellHeight = (height - gap * (rows - 1)) / rows;
    const tileWidth = Math.floor(Math.min(cellWidth, cellHeight * tileAspect));
    const tileHeight = Math.floor(Math.min(cellHeight, tileWidth / tallestAspect));
    const grid = { columns, rows, tileWidth, tileHeight };
    if (tileHeight >= 1 && isBetter(grid, best)) best = grid;
  }
  return best;
}

function isBetter(one: GridLayout, other: GridLayout): boolean {
  const gain = one.tileWidth * one.tileHeight - other.tileWidth * other.tileHeight;
  return gain > 0 || (gain === 0 && one.columns * one.rows < other.columns * other.rows);
}
