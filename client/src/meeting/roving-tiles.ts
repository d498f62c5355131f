/** The tiles are one stop of the Tab key; arrow keys lead from one to the next, Enter to the buttons of one. */
import { createContext, type KeyboardEvent, use } from 'react';

/** Which tile the Tab key comes to: its `data-tile`. */
export const CurrentTile = createContext<string | null>(null);

/** What makes an element a tile of this kind. */
export function useRovingTile(tile: string): { tabIndex: 0 | -1; 'data-tile': string } {
  return { tabIndex: use(CurrentTile) === tile ? 0 : -1, 'data-tile': tile };
}

type Direction = readonly [x: -1 | 0 | 1, y: -1 | 0 | 1];

const arrows: Record<string, Direction> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Of the element around all tiles. Where a key does nothing here, it may do something elsewhere. */
export function moveAmongTiles(event: KeyboardEvent<HTMLElement>): void {
  const { currentTarget: stage, target, key } = event;
  const tile = target instanceof Element ? target.closest<HTMLElement>('[data-tile]') : null;
  if (!tile || event.ctrlKey || event.metaKey || event.altKey) return;
  const goal =
    target === tile ? fromTile(stage, tile, key) : fromButton(tile, target instanceof HTMLElement ? target : tile, key);
  if (!goal) return;
  event.preventDefault();
  event.stopPropagation();
  goal.focus();
}

function fromTile(stage: HTMLElement, tile: HTMLElement, key: string): HTMLElement | undefined {
  const tiles = [...stage.querySelectorAll<HTMLElement>('[data-tile]')];
  if (key === 'Enter') return buttonsOf(tile)[0];
  if (key === 'Home') return tiles[0];
  if (key === 'End') return tiles.at(-1);
  const direction = arrows[key];
  return direction && neighbour(tile, tiles, direction);
}

function fromButton(tile: HTMLElement, button: HTMLElement, key: string): HTMLElement | undefined {
  if (key === 'Escape') return tile;
  const direction = arrows[key];
  if (!direction) return undefined;
  const buttons = buttonsOf(tile);
  return buttons[buttons.indexOf(button) + (direction[0] || direction[1])] ?? button;
}

const buttonsOf = (tile: HTMLElement) =>
  [...tile.querySelectorAll<HTMLElement>('button')].filter((button) => button.offsetParent !== null);

/** The nearest one in this direction; beside it rather than askew. */
function neighbour(tile: HTMLElement, tiles: readonly HTMLElement[], [x, y]: Direction): HTMLElement | undefined {
  const from = centre(tile);
  const distances = tiles.flatMap((other) => {
    const to = centre(other);
    const [along, aside] = x === 0 ? [(to.y - from.y) * y, to.x - from.x] : [(to.x - from.x) * x, to.y - from.y];
    return other !== tile && along > 1 ? [{ other, distance: along + 2 * Math.abs(aside) }] : [];
  });
  return distances.sort((one, another) => one.distance - another.distance)[0]?.other;
}

function centre(element: Element): { x: number; y: number } {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}
