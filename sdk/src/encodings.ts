/** How a track is encoded: its layers, their bitrates, and the codec's options. */
import type { Source } from '@minimeet/protocol';
import type {
  ProducerCodecOptions,
  RtpCapabilities,
  RtpCodecCapability,
  RtpEncodingParameters,
} from 'mediasoup-client/types';

/** Bits per second that VP8 needs for a good picture of a camera at 30 frames a second, by its number of lines. */
const cameraBitrates = [
  { lines: 1080, maxBitrate: 3_000_000 },
  { lines: 720, maxBitrate: 1_700_000 },
  { lines: 480, maxBitrate: 900_000 },
  { lines: 360, maxBitrate: 600_000 },
  { lines: 240, maxBitrate: 300_000 },
  { lines: 180, maxBitrate: 180_000 },
  { lines: 0, maxBitrate: 120_000 },
];

/** Text must stay sharp, and most of a screen stands still most of the time. */
const screenBitrate = 3_000_000;

/** A picture whose size the track does not tell: what browsers capture when they are not asked. */
const usualSize = { width: 640, height: 480 };

interface PictureSize {
  width?: number;
  height?: number;
}

/**
 * Simulcast layers of a camera, smallest first. How many depends on the pixels: Chrome and Safari encode no more than this
 * and silently leave the largest layers out (libwebrtc, media/engine/simulcast.cc, kSimulcastFormatsVP8).
 */
export function cameraEncodings(size: PictureSize): RtpEncodingParameters[] {
  const { width, height } = size.width && size.height ? { width: size.width, height: size.height } : usualSize;
  const scales = width * height >= 960 * 540 ? [4, 2, 1] : width * height >= 480 * 270 ? [2, 1] : [1];
  // The lines of a phone held upright are its columns.
  const lines = Math.min(width, height);
  return scales.map((scaleResolutionDownBy) => ({
    scaleResolutionDownBy,
    maxBitrate: bitrateOf(lines / scaleResolutionDownBy),
    // mediasoup makes a simulcast consumer of a single layer with temporal layers, and loses its first key frame: the next
    // one comes a second later. A single layer without them is there at once.
    ...(scales.length > 1 && { scalabilityMode: 'L1T3' }),
  }));
}

function bitrateOf(lines: number): number {
  return cameraBitrates.find((row) => lines >= row.lines)!.maxBitrate;
}

export interface Encoding {
  encodings?: RtpEncodingParameters[];
  codec?: RtpCodecCapability;
  codecOptions: ProducerCodecOptions;
}

/** What mediasoup-client's `produce()` is given for a source. */
export function encodingOf(source: Source, size: PictureSize, capabilities: RtpCapabilities): Encoding {
  const vp8 = capabilities.codecs?.find(({ mimeType }) => mimeType.toLowerCase() === 'video/vp8');
  switch (source) {
    case 'camera':
      // The bandwidth estimate starts here instead of at 300 kbit/s, so that the first seconds are not blurred.
      return { encodings: cameraEncodings(size), codec: vp8, codecOptions: { videoGoogleStartBitrate: 1000 } };
    case 'screen':
      return {
        encodings: [{ maxBitrate: screenBitrate }],
        codec: vp8,
        codecOptions: { videoGoogleStartBitrate: 1000 },
      };
    case 'microphone':
      return { codecOptions: { opusDtx: true, opusFec: true } };
    case 'screen_audio':
      // Music and film: in stereo, and without DTX, which cuts quiet passages off.
      return { codecOptions: { opusStereo: true, opusFec: true, opusDtx: false } };
  }
}
