/** What a producer of video sends, as far as the forwarding plan cares: its layers, how large they are and what they cost. */
import type { VideoSize } from '@minimeet/protocol';
import { parseScalabilityMode } from 'mediasoup';
import type { RtpEncodingParameters } from 'mediasoup/types';

export interface VideoLayer extends VideoSize {
  /** Bit/s that it takes at most. */
  bitrate: number;
}

export interface SentVideo {
  /** Spatial layers, smallest first; at least one. */
  layers: readonly [VideoLayer, ...VideoLayer[]];
  /** At least one. */
  temporalLayers: number;
}

/** An encoding as clients send it: mediasoup's type leaves out what only a client's encoder needs. */
export type SentEncoding = Pick<RtpEncodingParameters, 'scalabilityMode' | 'maxBitrate'> & {
  scaleResolutionDownBy?: number | undefined;
};

const usualSize: VideoSize = { width: 1280, height: 720 };

/** Bit/s that VP8 takes for each pixel of a camera at 30 frames a second, where a sender names no limit. */
const bitratePerPixel = 2;
/** Bit/s below which no picture is worth showing. */
const leastBitrate = 100_000;

/**
 * @param encodings of the producer: one for each simulcast layer, smallest first, or one with all its layers (SVC)
 * @param size of the largest layer, where the client told
 */
export function sentVideo(encodings: readonly SentEncoding[], size: VideoSize = usualSize): SentVideo {
  const [first = {}, ...others] = encodings;
  const { spatialLayers, temporalLayers } = parseScalabilityMode(first.scalabilityMode);

  return {
    layers: others.length > 0 ? simulcastLayers([first, ...others], size) : svcLayers(first, spatialLayers, size),
    temporalLayers,
  };
}

function simulcastLayers(encodings: [SentEncoding, ...SentEncoding[]], size: VideoSize): SentVideo['layers'] {
  const layer = ({ scaleResolutionDownBy, maxBitrate }: SentEncoding, index: number) => {
    const scaled = scale(size, scaleResolutionDownBy ?? 2 ** (encodings.length - 1 - index));

    return { ...scaled, bitrate: maxBitrate ?? usualBitrate(scaled) };
  };
  const [first, ...others] = encodings;

  return [layer(first, 0), ...others.map((encoding, index) => layer(encoding, index + 1))];
}

/** Each layer has twice the width of the one below and contains it; below, a pixel takes more bits. */
function svcLayers(
  { scaleResolutionDownBy = 1, maxBitrate }: SentEncoding,
  count: number,
  size: VideoSize,
): SentVideo['layers'] {
  const largest = scale(size, scaleResolutionDownBy);
  const layer = (index: number) => {
    const factor = 2 ** (count - 1 - index);

    return { ...scale(largest, factor), bitrate: Math.round((maxBitrate ?? usualBitrate(largest)) / factor) };
  };

  return [layer(0), ...Array.from({ length: count - 1 }, (_, index) => layer(index + 1))];
}

function scale({ width, height }: VideoSize, factor: number): VideoSize {
  return { width: width / factor, height: height / factor };
}

function usualBitrate({ width, height }: VideoSize): number {
  return Math.max(leastBitrate, Math.round(width * height * bitratePerPixel));
}
