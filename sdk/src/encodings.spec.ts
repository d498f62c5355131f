import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cameraEncodings, encodingOf } from './encodings.js';

describe('the layers of a camera', () => {
  const scales = (width?: number, height?: number) =>
    cameraEncodings({ width, height }).map(({ scaleResolutionDownBy }) => scaleResolutionDownBy);

  it('are as many as Chrome encodes at that size', () => {
    expect(scales(1920, 1080)).toEqual([4, 2, 1]);
    expect(scales(1280, 720)).toEqual([4, 2, 1]);
    expect(scales(960, 540)).toEqual([4, 2, 1]);
    expect(scales(640, 480)).toEqual([2, 1]);
    expect(scales(640, 360)).toEqual([2, 1]);
    expect(scales(480, 270)).toEqual([2, 1]);
    expect(scales(320, 240)).toEqual([1]);
    expect(scales(160, 90)).toEqual([1]);
  });

  it('are the same for a phone that is held upright', () => {
    expect(cameraEncodings({ width: 720, height: 1280 })).toEqual(cameraEncodings({ width: 1280, height: 720 }));
  });

  it('are those of a usual camera where the size is not known', () => {
    expect(scales()).toEqual(scales(640, 480));
  });

  it('grow in size and bitrate, and the largest is the whole picture', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4096 }), fc.integer({ min: 1, max: 4096 }), (width, height) => {
        const layers = cameraEncodings({ width, height });
        expect(layers.at(-1)?.scaleResolutionDownBy).toBe(1);
        layers.slice(1).forEach((layer, index) => {
          const below = layers[index]!;
          expect(layer.scaleResolutionDownBy!).toBeLessThan(below.scaleResolutionDownBy!);
          expect(layer.maxBitrate!).toBeGreaterThanOrEqual(below.maxBitrate!);
        });
      }),
    );
  });
});

describe('the encoding of a source', () => {
  const capabilities = {
    codecs: ['video/H264', 'video/VP8'].map((mimeType, index) => ({
      kind: 'video' as const,
      mimeType,
      clockRate: 90_000,
      preferredPayloadType: 96 + index,
    })),
  };

  it('is VP8 for pictures, in one layer for a screen', () => {
    expect(encodingOf('camera', {}, capabilities).codec?.mimeType).toBe('video/VP8');
    expect(encodingOf('screen', {}, capabilities)).toMatchObject({ codec: { mimeType: 'video/VP8' }, encodings: [{}] });
  });

  it('is Opus that saves silence for voices, and keeps it for the sound of a screen', () => {
    expect(encodingOf('microphone', {}, capabilities).codecOptions).toEqual({ opusDtx: true, opusFec: true });
    expect(encodingOf('screen_audio', {}, capabilities).codecOptions).toEqual({
      opusStereo: true,
      opusFec: true,
      opusDtx: false,
    });
  });
});
