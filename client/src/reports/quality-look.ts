/** How a quality looks in the timeline: told apart by its pattern as well as by its colour. */
import { qualityColours } from '../theme/report-colours';
import type { ShownQuality } from './figures';

const gap = 'light-dark(#ffffffb3, #0f1515a6)';

const patterns: Record<ShownQuality, string> = {
  good: 'none',
  fair: `repeating-linear-gradient(135deg, transparent 0 5px, ${gap} 5px 8px)`,
  poor: `repeating-linear-gradient(90deg, transparent 0 2px, ${gap} 2px 4px)`,
  unknown: 'none',
};

/** Styles of an element that stands for time spent with this quality. */
export function qualityLook(quality: ShownQuality) {
  const colour = qualityColours[quality];
  return {
    backgroundColor: quality === 'unknown' ? 'transparent' : colour,
    backgroundImage: patterns[quality],
    border: quality === 'unknown' ? `2px dashed ${colour}` : `1px solid ${colour}`,
    // Where the system replaces colours, these say something still.
    forcedColorAdjust: 'none',
  } as const;
}
