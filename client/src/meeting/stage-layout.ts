/**
 * Where on the stage everything goes: large tiles, small ones beside or below them, and the pager. Without large tiles, the
 * people fill the stage.
 */
import { type GridLayout, gridLayout, tileAspect } from './grid-layout';

/** CSS pixels, from the stage's upper left corner. */
export interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface StageContent {
  /** Tiles that are shown large. */
  featured: number;
  /** How high a large tile may become where the stage is high: width divided by height. Default 16:9. */
  tallestAspect?: number;
  /** Tiles besides these and one's own. */
  others: number;
  /** Whether one's own tile is among the others, where it has a place on every page. Default true. */
  own?: boolean;
  /** The page that is wished for, from 0. */
  page: number;
}

export interface StageLayout {
  featured: Place[];
  /** Of the page's others, in order, and last of one's own tile, where that is among them. */
  people: Place[];
  pages: number;
  /** The page that there is. */
  page: number;
  /** Others on a full page. */
  perPage: number;
  /** `null` while one page is enough. */
  pager: Place | null;
}

const gap = 8;
const pagerHeight = 40;
/** Tiles on a page at most, one's own included. */
const mostTiles = 25;
/**
 * Square CSS pixels of a tile at least, so that one knows a face: in the grid, and below something large. A wide stage that is small, as
 * on a phone held sideways, has room for eight all the same.
 */
const leastArea = { grid: 26_000, below: 12_000 };
const leastShare = 9.2;
/** Pixels of the tiles beside something large: as high as there is room for all, within these. */
const heightBeside = { least: 84, most: 117 };

/** Everything is within `size`, in whole CSS pixels, and nothing covers anything else. */
export function stageLayout(size: { width: number; height: number }, content: StageContent): StageLayout {
  const stage = { left: 0, top: 0, width: Math.floor(size.width), height: Math.floor(size.height) };
  if (content.featured === 0) return { featured: [], ...inGrid(stage, content, leastArea.grid) };
  return stage.width > stage.height ? withPeopleBeside(stage, content) : withPeopleBelow(stage, content);
}

function withPeopleBeside(stage: Place, content: StageContent): StageLayout {
  const { tiles, ...pages } = inPages(stage, content, ({ height }) =>
    Math.floor((height + gap) / (heightBeside.least + gap)),
  );
  const count = pages.pages > 1 ? pages.perPage + ownCount(content) : pages.count;
  const room = Math.floor((tiles.height - gap * (count - 1)) / count);
  const height = Math.min(tiles.height, Math.max(heightBeside.least, Math.min(heightBeside.most, room)));
  const width = Math.min(stage.width, Math.round(height * tileAspect));
  const column = { ...tiles, left: stage.width - width, width };
  const grid = { columns: 1, rows: count, tileWidth: width, tileHeight: height };
  return {
    ...pages,
    featured: large(content.featured, { ...stage, width: Math.max(0, stage.width - width - gap) }),
    people: placesIn(column, pages.count, grid),
    pager: pages.pager && { ...pages.pager, left: column.left, width },
  };
}

function withPeopleBelow(stage: Place, content: StageContent): StageLayout {
  const { featured: count, others, tallestAspect = tileAspect } = content;
  const tilesBelow = others + ownCount(content);
  // As much as small tiles leave, three in a row, but no less than in their usual shape and no more than in their highest.
  const small = Math.ceil(tilesBelow / 3) * (stage.width / 3 + gap);
  const least = Math.min(stage.height / 2, (stage.width / tileAspect) * count);
  const most = Math.max(least, (stage.width / tallestAspect) * count);
  const height = Math.floor(Math.max(least, Math.min(most, stage.height - small)));
  const top = Math.min(stage.height, height + gap);
  const below = { ...stage, top, height: stage.height - top };
  return {
    featured: large(count, { ...stage, height }, tallestAspect),
    ...inGrid(below, content, leastArea.below),
  };
}

const large = (count: number, area: Place, tallestAspect = tileAspect) =>
  placesIn(area, count, gridLayout(count, area.width, area.height, { gap, tallestAspect }));

function inGrid(area: Place, content: StageContent, least: number): Omit<StageLayout, 'featured'> {
  const options = { gap, tallestAspect: area.height > area.width || least === leastArea.below ? 1 : undefined };
  const capacityOf = ({ width, height }: Place) => {
    const share = width > height ? (width * height) / leastShare : least;
    const enough = Math.min(least, Math.max(leastArea.below, share));
    for (let count = mostTiles; count > 0; count--) {
      const { tileWidth, tileHeight } = gridLayout(count, width, height, options);
      if (tileWidth * tileHeight >= enough) return count;
    }
    return 0;
  };
  const { tiles, ...pages } = inPages(area, content, capacityOf);
  // The last page's tiles are not larger than those of the others.
  const shape = pages.pages > 1 ? pages.perPage + ownCount(content) : pages.count;
  return { ...pages, people: placesIn(tiles, pages.count, gridLayout(shape, tiles.width, tiles.height, options)) };
}

/** Divides the others among pages; `capacityOf` tells how many tiles an area has room for. */
function inPages(area: Place, content: StageContent, capacityOf: (area: Place) => number) {
  const { others, page: wished } = content;
  const own = ownCount(content);
  const fit = (place: Place) => Math.min(mostTiles, Math.max(1 + own, capacityOf(place)));
  if (others + own <= fit(area)) {
    return { tiles: area, pager: null, perPage: Math.max(1, others), pages: 1, page: 0, count: others + own };
  }
  const height = Math.min(pagerHeight, area.height);
  const pager = { ...area, top: area.top + area.height - height, height };
  const tiles = { ...area, height: Math.max(0, area.height - height - gap) };
  const perPage = fit(tiles) - own;
  const pages = Math.ceil(others / perPage);
  const page = Math.max(0, Math.min(wished, pages - 1));
  return { tiles, pager, perPage, pages, page, count: Math.min(perPage, others - page * perPage) + own };
}

const ownCount = ({ own = true }: StageContent) => (own ? 1 : 0);

/** Places row by row in the middle of `area`, each row in the middle. */
function placesIn(area: Place, count: number, { columns, tileWidth: width, tileHeight: height }: GridLayout): Place[] {
  const rows = Math.ceil(count / Math.max(1, columns));
  const top = area.top + Math.max(0, Math.floor((area.height - rows * (height + gap) + gap) / 2));
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / Math.max(1, columns));
    const inRow = Math.min(columns, count - row * columns);
    const left = area.left + Math.max(0, Math.floor((area.width - inRow * (width + gap) + gap) / 2));
    return {
      left: left + (index % Math.max(1, columns)) * (width + gap),
      top: top + row * (height + gap),
      width,
      height,
    };
  });
}
