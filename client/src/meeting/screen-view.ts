/** Watches which tiles can be seen, and how large they are, and tells whenever that has changed. */
import type { ViewedTile } from '@minimeet/sdk';
import type { Picture } from './featured';
import { type TileOnPage, viewedTiles } from './viewed-tiles';

/** Milliseconds that sizes have to rest before they are told: somebody drags the edge of a window. */
const restBeforeTelling = 200;
/** Milliseconds between two views at least, also when somebody scrolls. What has become visible does not wait longer. */
const paceOfTelling = 100;

/** Tiles come and go by `watch()`; nothing is told before `open()` and after the function that it returns. */
export class ScreenView {
  private readonly tiles = new Map<Element, TileOnPage>();
  private readonly sizes = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) this.measure(target, contentRect);
    this.tellIn(restBeforeTelling);
  });
  private readonly window = new IntersectionObserver((entries) => {
    const appeared = entries.filter(({ isIntersecting }) => isIntersecting);
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      this.measure(target, boundingClientRect);
      const tile = this.tiles.get(target);
      if (tile) tile.inWindow = isIntersecting;
    }
    this.tellIn(appeared.length > 0 ? 0 : restBeforeTelling);
  });
  private isOpen = false;
  private covered = false;
  private told = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private due = Infinity;

  constructor(private readonly tell: (tiles: ViewedTile[]) => void) {}

  open(): () => void {
    this.isOpen = true;
    const stop = new AbortController();
    const now = () => this.tellIn(0);
    for (const name of ['visibilitychange', 'fullscreenchange', 'enterpictureinpicture', 'leavepictureinpicture']) {
      document.addEventListener(name, now, { signal: stop.signal });
    }
    followPixelRatio(now, stop.signal);
    // Until the observers have seen the tiles, nothing is known of them; but a hidden page sees none of them for sure.
    this.tellIn(document.visibilityState === 'hidden' ? 0 : restBeforeTelling);
    return () => {
      stop.abort();
      this.isOpen = false;
      clearTimeout(this.timer);
      this.due = Infinity;
    };
  }

  /** Counts this element as the place of a picture, until the function that is returned is called. */
  watch(element: Element, picture: Picture & { pinned: boolean }): () => void {
    const nothingKnown = { width: 0, height: 0, inWindow: false, fullScreen: false, pictureInPicture: false };
    this.tiles.set(element, { ...picture, ...nothingKnown });
    this.sizes.observe(element);
    this.window.observe(element);
    return () => {
      this.tiles.delete(element);
      this.sizes.unobserve(element);
      this.window.unobserve(element);
      this.tellIn(restBeforeTelling);
    };
  }

  /** Whether something lies over all tiles. */
  setCovered(covered: boolean): void {
    if (this.covered === covered) return;
    this.covered = covered;
    this.tellIn(0);
  }

  private measure(element: Element, { width, height }: DOMRectReadOnly): void {
    const tile = this.tiles.get(element);
    if (tile) Object.assign(tile, { width, height });
  }

  /** Tells in so many milliseconds, unless that is due sooner already. */
  private tellIn(milliseconds: number): void {
    const due = Math.max(performance.now() + milliseconds, this.told + paceOfTelling);
    if (!this.isOpen || due >= this.due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => this.tellNow(), due - performance.now());
  }

  private tellNow(): void {
    this.told = performance.now();
    this.due = Infinity;
    for (const [element, tile] of this.tiles) {
      tile.fullScreen = element === document.fullscreenElement;
      tile.pictureInPicture = element.contains(document.pictureInPictureElement ?? null);
    }
    const hidden = document.visibilityState === 'hidden' || this.covered;
    this.tell(viewedTiles([...this.tiles.values()], { pixelRatio: window.devicePixelRatio, hidden }));
  }
}

/** Calls `changed` when the page comes to a screen with other pixels, or is zoomed. */
function followPixelRatio(changed: () => void, signal: AbortSignal): void {
  const resolution = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
  const follow = () => {
    changed();
    followPixelRatio(changed, signal);
  };
  resolution.addEventListener('change', follow, { once: true, signal });
}
