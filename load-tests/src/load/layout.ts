/** What is on the screen of a bot, as on one of 1280x720. */
import type { ViewedTile } from '@minimeet/protocol';
import type { MeetingState } from '@minimeet/sdk';
import { inRing } from '../bot.js';
import type { Plan } from './plan.js';

const screen = { width: 1280, height: 720 };
/** Beside the one who leads the conversation, a strip of small pictures. */
const strip = { count: 5, width: 256, height: 144 };
const perRow = { '3x3': 3, '5x5': 5 };

/** How many of the others are seen, where there are enough. */
export function picturesOf(layout: Plan['layout']): number {
  switch (layout) {
    case 'none':
      return 0;
    case 'speaker':
      return 1 + strip.count;
    default:
      return perRow[layout] ** 2;
  }
}

/** The others whose cameras are seen, and how large. */
export function viewOf(layout: Plan['layout'], state: MeetingState): ViewedTile[] {
  const withCamera = state.participants.filter(({ media }) => media.camera && !media.camera.paused).map(({ id }) => id);
  const ring = inRing(withCamera, state.me?.id ?? '');
  const tile = (participantId: string, size: { width: number; height: number }): ViewedTile => ({
    participantId,
    source: 'camera',
    pinned: false,
    width: Math.floor(size.width),
    height: Math.floor(size.height),
  });

  switch (layout) {
    case 'none':
      return [];
    case 'speaker': {
      const leader = ring.find((id) => id === state.dominantSpeaker) ?? ring[0];
      const others = ring.filter((id) => id !== leader).slice(0, strip.count);

      return [...(leader === undefined ? [] : [tile(leader, screen)]), ...others.map((id) => tile(id, strip))];
    }
    default: {
      const size = { width: screen.width / perRow[layout], height: screen.height / perRow[layout] };

      return ring.slice(0, picturesOf(layout)).map((id) => tile(id, size));
    }
  }
}
