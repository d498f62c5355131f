import { describe, expect, it } from '@jest/globals';
import { sentVideo } from './sent-video.js';

describe('what a producer of video sends', () => {
  it('is one layer for each encoding of simulcast, as large and as costly as the sender says', () => {
    const video = sentVideo(
      [
        { scaleResolutionDownBy: 3, maxBitrate: 200_000, scalabilityMode: 'L1T2' },
        { scaleResolutionDownBy: 1, maxBitrate: 900_000, scalabilityMode: 'L1T2' },
      ],
      { width: 960, height: 540 },
    );

    expect(video).toEqual({
      layers: [
        { width: 320, height: 180, bitrate: 200_000 },
        { width: 960, height: 540, bitrate: 900_000 },
      ],
      temporalLayers: 2,
    });
  });

  it('is taken to be 720 lines in halves where the sender says nothing', () => {
    const { layers, temporalLayers } = sentVideo([{}, {}, {}]);

    expect(layers.map(({ width, height }) => [width, height])).toEqual([
      [320, 180],
      [640, 360],
      [1280, 720],
    ]);
    expect(layers.every(({ bitrate }, index) => bitrate > (layers[index - 1]?.bitrate ?? 0))).toBe(true);
    expect(temporalLayers).toBe(1);
  });

  it('is the layers of the one encoding of SVC', () => {
    const { layers, temporalLayers } = sentVideo([{ scalabilityMode: 'L3T3_KEY', maxBitrate: 2_000_000 }]);

    expect(layers.map(({ width, bitrate }) => [width, bitrate])).toEqual([
      [320, 500_000],
      [640, 1_000_000],
      [1280, 2_000_000],
    ]);
    expect(temporalLayers).toBe(3);
  });

  it('is one layer where there is nothing to choose, also without any encoding', () => {
    expect(sentVideo([{ maxBitrate: 300_000 }]).layers).toEqual([{ width: 1280, height: 720, bitrate: 300_000 }]);
    expect(sentVideo([])).toMatchObject({ layers: [{ width: 1280 }], temporalLayers: 1 });
  });
});
