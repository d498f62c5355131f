/** Where one sees oneself: among the others, in a corner over them, or nowhere. */
import type { Place } from './stage-layout';

export const ownViews = ['auto', 'grid', 'corner', 'hidden'] as const;
/** `auto`: in the corner of a small stage, in the grid of a large one. */
export type OwnView = (typeof ownViews)[number];

/** CSS pixels of the shorter side of a stage on which each tile counts: a phone's, either way. */
const smallStage = 480;
const margin = 8;
/** Of the stage's width, and pixels. */
const cornerWidth = { share: 0.24, least: 104, most: 200 };

/** Where the tile is now. Alone, there is nothing that it could be in the way of. */
export function ownViewNow(
  view: OwnView,
  size: { width: number; height: number },
  others: number,
): Exclude<OwnView, 'auto'> {
  if (view === 'hidden') return 'hidden';
  if (others === 0) return 'grid';
  if (view !== 'auto') return view;
  return Math.min(size.width, size.height) < smallStage ? 'corner' : 'grid';
}

/** In the lower corner where lines end, above the pager where that is below. */
export function cornerPlace(size: { width: number; height: number }, pager: Place | null): Place {
  const { share, least, most } = cornerWidth;
  const width = Math.round(Math.min(size.width - 2 * margin, Math.max(least, Math.min(most, size.width * share))));
  const height = Math.round((width * 9) / 16);
  const left = Math.floor(size.width) - width - margin;
  const isAbovePager = pager !== null && pager.left + pager.width > left;
  const bottom = isAbovePager ? pager.top : Math.floor(size.height);
  return { left, top: Math.max(0, bottom - height - margin), width, height };
}
