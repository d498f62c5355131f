import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gridLayout, tileAspect } from './grid-layout';

const anyGrid = [
  fc.integer({ min: 1, max: 60 }),
  fc.integer({ min: 320, max: 4000 }),
  fc.integer({ min: 240, max: 2400 }),
  fc.record({ gap: fc.integer({ min: 0, max: 16 }), tallestAspect: fc.constantFrom(tileAspect, 4 / 3, 1, 3 / 4) }),
] as const;

const area = ({ tileWidth, tileHeight }: { tileWidth: number; tileHeight: number }) => tileWidth * tileHeight;

describe('gridLayout', () => {
  it('gives a single tile the whole width or the whole height', () => {
    expect(gridLayout(1, 1600, 900)).toEqual({ columns: 1, rows: 1, tileWidth: 1600, tileHeight: 900 });
    expect(gridLayout(1, 390, 700)).toMatchObject({ columns: 1, rows: 1, tileWidth: 390 });
  });

  it('puts two people side by side on a wide stage and above each other on a high one', () => {
    expect(gridLayout(2, 1280, 600)).toMatchObject({ columns: 2, rows: 1 });
    expect(gridLayout(2, 390, 700)).toMatchObject({ columns: 1, rows: 2 });
  });

  it('arranges six people as three by two on a desktop', () => {
    expect(gridLayout(6, 1280, 640)).toMatchObject({ columns: 3, rows: 2 });
  });

  it('arranges six people as two by three on a phone, where tiles may be square', () => {
    expect(gridLayout(6, 374, 762, { tallestAspect: 1 })).toEqual({
      columns: 2,
      rows: 3,
      tileWidth: 183,
      tileHeight: 183,
    });
  });

  it('is empty without tiles or without room', () => {
    const nothing = { columns: 0, rows: 0, tileWidth: 0, tileHeight: 0 };
    expect(gridLayout(0, 1280, 720)).toEqual(nothing);
    expect(gridLayout(3, 0, 0)).toEqual(nothing);
  });

  it('has a place for everyone within the rectangle', () => {
    fc.assert(
      fc.property(...anyGrid, (count, width, height, options) => {
        const { columns, rows, tileWidth, tileHeight } = gridLayout(count, width, height, options);
        if (tileWidth === 0) return;
        expect(columns * rows).toBeGreaterThanOrEqual(count);
        expect((rows - 1) * columns).toBeLessThan(count);
        expect(columns * tileWidth + (columns - 1) * options.gap).toBeLessThanOrEqual(width);
        expect(rows * tileHeight + (rows - 1) * options.gap).toBeLessThanOrEqual(height);
      }),
    );
  });

  it('makes no tile flatter than 16:9 or higher than allowed', () => {
    fc.assert(
      fc.property(...anyGrid, (count, width, height, options) => {
        const { tileWidth, tileHeight } = gridLayout(count, width, height, options);
        if (tileWidth === 0) return;
        expect(tileHeight).toBeGreaterThanOrEqual(Math.floor(tileWidth / tileAspect));
        expect(tileHeight).toBeLessThanOrEqual(tileWidth / options.tallestAspect);
      }),
    );
  });

  it('finds the largest 16:9 tiles that any number of columns allows', () => {
    fc.assert(
      fc.property(...anyGrid, (count, width, height, { gap }) => {
        const widths = Array.from({ length: count }, (_, index) => {
          const rows = Math.ceil(count / (index + 1));
          const cellWidth = (width - gap * index) / (index + 1);
          const cellHeight = (height - gap * (rows - 1)) / rows;
          return Math.floor(Math.min(cellWidth, cellHeight * tileAspect));
        });
        expect(gridLayout(count, width, height, { gap }).tileWidth).toBe(Math.max(0, ...widths));
      }),
    );
  });

  it('never makes tiles larger when another person arrives', () => {
    fc.assert(
      fc.property(...anyGrid, (count, width, height, options) => {
        const before = gridLayout(count, width, height, options);
        const after = gridLayout(count + 1, width, height, options);
        expect(area(after)).toBeLessThanOrEqual(area(before));
      }),
    );
  });
});
