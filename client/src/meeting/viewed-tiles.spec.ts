import { describe, expect, it } from '@jest/globals';
import { viewedTileSchema } from '@minimeet/protocol';
import fc from 'fast-check';
import { type TileOnPage, viewedTiles } from './viewed-tiles';

const page = { pixelRatio: 1, hidden: false };
const tileOf = (participantId: string, changes: Partial<TileOnPage> = {}): TileOnPage => ({
  participantId,
  source: 'camera',
  pinned: false,
  width: 320,
  height: 180,
  inWindow: true,
  fullScreen: false,
  pictureInPicture: false,
  ...changes,
});
const names = (tiles: TileOnPage[], on = page) => viewedTiles(tiles, on).map(({ participantId }) => participantId);

describe('viewedTiles', () => {
  it('counts in the pixels of the screen', () => {
    expect(viewedTiles([tileOf('ada', { width: 100.4 })], { ...page, pixelRatio: 2 })).toEqual([
      { participantId: 'ada', source: 'camera', width: 201, height: 360, pinned: false },
    ]);
  });

  it('leaves out what is scrolled out of the window, and what is not measured yet', () => {
    expect(names([tileOf('ada', { inWindow: false }), tileOf('bob', { width: 0, height: 0 }), tileOf('eve')])).toEqual([
      'eve',
    ]);
  });

  it('is empty in a hidden page, but for a picture that floats over others', () => {
    const tiles = [tileOf('ada'), tileOf('bob', { pictureInPicture: true, inWindow: false, width: 100, height: 56 })];
    expect(viewedTiles(tiles, { ...page, hidden: true })).toMatchObject([
      { participantId: 'bob', width: 640, height: 360 },
    ]);
  });

  it('is the one tile that fills the screen', () => {
    expect(names([tileOf('ada'), tileOf('bob', { fullScreen: true })])).toEqual(['bob']);
  });

  it('begins with what is pinned, then screens, then the largest', () => {
    const tiles = [
      tileOf('small', { width: 160 }),
      tileOf('large', { width: 640 }),
      tileOf('screen', { source: 'screen', width: 100 }),
      tileOf('pinned', { pinned: true, width: 50 }),
    ];
    expect(names(tiles)).toEqual(['pinned', 'screen', 'large', 'small']);
  });

  it('is something that the protocol can say, in whatever order and size the tiles come', () => {
    const anyTile = fc.record<TileOnPage>({
      participantId: fc.uuid(),
      source: fc.constantFrom('camera', 'screen'),
      pinned: fc.boolean(),
      width: fc.double({ min: 0, max: 50_000, noNaN: true }),
      height: fc.double({ min: 0, max: 50_000, noNaN: true }),
      inWindow: fc.boolean(),
      fullScreen: fc.boolean(),
      pictureInPicture: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(anyTile, { maxLength: 130, selector: ({ participantId }) => participantId }),
        fc.double({ min: 0.25, max: 8, noNaN: true }),
        fc.boolean(),
        (tiles, pixelRatio, hidden) => {
          const viewed = viewedTiles(tiles, { pixelRatio, hidden });
          expect(viewed.length).toBeLessThanOrEqual(100);
          for (const tile of viewed) expect(viewedTileSchema.safeParse(tile).success).toBe(true);
          expect(viewedTiles([...tiles].reverse(), { pixelRatio, hidden })).toEqual(viewed);
        },
      ),
    );
  });
});
