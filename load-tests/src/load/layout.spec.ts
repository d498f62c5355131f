import type { MeetingState } from '@minimeet/sdk';
import { describe, expect, it } from '@jest/globals';
import { layouts } from './plan.js';
import { picturesOf, viewOf } from './layout.js';

function meeting(count: number, dominantSpeaker: string | null = null): MeetingState {
  const ids = Array.from({ length: count }, (_, index) => `p${String(index).padStart(2, '0')}`);
  const participants = ids.map((id) => ({ id, media: { camera: { paused: id === 'p00' } } }));

  return { me: { id: 'p05' }, participants, dominantSpeaker } as unknown as MeetingState;
}

describe('the view of a bot', () => {
  it('has as many tiles as its layout, of those whose camera is on, in an order of its own', () => {
    expect(viewOf('none', meeting(40))).toEqual([]);
    const nine = viewOf('3x3', meeting(40));
    expect(nine).toHaveLength(9);
    expect(nine[0]).toEqual({ participantId: 'p06', source: 'camera', pinned: false, width: 426, height: 240 });
    expect(viewOf('5x5', meeting(40))).toHaveLength(25);
    expect(viewOf('5x5', meeting(4)).map(({ participantId }) => participantId)).toEqual(['p01', 'p02', 'p03']);
  });

  it('has as many pictures as there can be before it is told', () => {
    for (const layout of layouts) {
      expect(viewOf(layout, meeting(40))).toHaveLength(picturesOf(layout));
    }
  });

  it('of a speaker is large for the one who leads, and small for others', () => {
    const [large, ...small] = viewOf('speaker', meeting(20, 'p13'));
    expect(large).toMatchObject({ participantId: 'p13', width: 1280, height: 720 });
    expect(small.map(({ height }) => height)).toEqual([144, 144, 144, 144, 144]);
    expect(viewOf('speaker', meeting(20, 'p05'))[0]!.participantId).toBe('p06');
  });
});
