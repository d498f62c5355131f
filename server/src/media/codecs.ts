/** The codecs that every router of this server speaks. */
import type { RtpCapabilities } from '@minimeet/protocol';
import { generateRouterRtpCapabilities } from 'mediasoup/ortc';
import type { RouterRtpCodecCapability } from 'mediasoup/types';

/**
 * In order of preference: a browser sends the first video codec here that it can encode.
 * VP8 comes first because every browser encodes its simulcast in software at any size.
 */
export const mediaCodecs: RouterRtpCodecCapability[] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    clockRate: 48_000,
    channels: 2,
    // DTX stops packets during silence; in-band FEC repairs single losses without asking (RFC 7587 section 3).
    parameters: { usedtx: 1, useinbandfec: 1 },
  },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000, parameters: { 'x-google-start-bitrate': 1000 } },
  {
    kind: 'video',
    mimeType: 'video/VP9',
    clockRate: 90_000,
    parameters: { 'profile-id': 0, 'x-google-start-bitrate': 1000 },
  },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    parameters: {
      'packetization-mode': 1,
      'profile-level-id': '42e01f',
      'level-asymmetry-allowed': 1,
      'x-google-start-bitrate': 1000,
    },
  },
  { kind: 'video', mimeType: 'video/AV1', clockRate: 90_000, parameters: {} },
];

/**
 * The same for every router, so that a client can prepare before it is placed on one.
 * mediasoup leaves the type of codec parameters open; those above are plain values.
 */
export const routerRtpCapabilities = generateRouterRtpCapabilities(mediaCodecs) as RtpCapabilities;
