/**
 * mediasoup's parameters as they come from a client, checked for shape, size and what refers to what before mediasoup sees them.
 * There are no data channels: `sctpParameters` and `sctpCapabilities` are unknown keys of every request.
 * Meanings: https://mediasoup.org/documentation/v3/mediasoup/rtp-parameters-and-capabilities/
 */
import { z } from 'zod';

const text = z.string().max(256);
/** RFC 3550, section 3; libwebrtc and mediasoup take 0 for none. */
const ssrc = z.int().min(1).max(0xffff_ffff);
/** SDP, which all of this comes from, has no other. */
const signed32 = z.number().min(-0x8000_0000).max(0x7fff_ffff);
const payloadType = z.int().min(0).max(127);

export const mediaKindSchema = z.enum(['audio', 'video']);
export type MediaKind = z.infer<typeof mediaKindSchema>;

const codecParametersSchema = z
  .record(z.string().max(64), z.union([z.string().max(512), signed32, z.boolean(), z.null()]))
  .refine((parameters) => Object.keys(parameters).length <= 32, 'has too many parameters');

const rtcpFeedbackSchema = z.object({ type: z.string().max(32), parameter: z.string().max(32).optional() });

const headerExtensionUriSchema = z.enum([
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  'urn:3gpp:video-orientation',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  'urn:ietf:params:rtp-hdrext:toffset',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  'urn:mediasoup:params:rtp-hdrext:packet-id',
]);

const codecFields = {
  mimeType: z
    .string()
    .max(64)
    .regex(/^(audio|video)\/[\w.+-]+$/i),
  clockRate: z.int().min(1).max(1_000_000),
  channels: z.int().min(1).max(8).optional(),
  parameters: codecParametersSchema.optional(),
  rtcpFeedback: z.array(rtcpFeedbackSchema).max(16).optional(),
};

type Checked<Item> = (payload: z.core.ParsePayload<Item[]>) => void;

/** No two of a list have the same of something; what is not given is not compared. */
function eachOnce<Item>(what: string, of: (item: Item) => unknown, key: string): Checked<Item> {
  return ({ value, issues }) => {
    const known = new Set<unknown>();

    value.forEach((item, index) => {
      const one = of(item);

      if (one !== undefined && known.has(one)) {
        issues.push({ code: 'custom', input: one, path: [index, key], message: `${what} is there more than once` });
      }

      known.add(one);
    });
  };
}

interface CodecOnTheWire {
  mimeType: string;
  parameters?: Record<string, unknown> | undefined;
}

function isRtx({ mimeType }: CodecOnTheWire): boolean {
  return /\/rtx$/i.test(mimeType);
}

/** RFC 4588, section 8.1: a retransmission format says with `apt` for which payload type it is. */
function associated<Codec extends CodecOnTheWire>(payloadTypeOf: (codec: Codec) => number): Checked<Codec> {
  return ({ value, issues }) => {
    const media = new Set(value.filter((codec) => !isRtx(codec)).map(payloadTypeOf));

    value.forEach((codec, index) => {
      const apt = codec.parameters?.apt;

      if (isRtx(codec) && !media.has(apt as number)) {
        issues.push({
          code: 'custom',
          input: apt,
          path: [index, 'parameters', 'apt'],
          message: 'must be the payload type of a codec that is not RTX',
        });
      }
    });
  };
}

/** RFC 8285, sections 4.2 and 4.3: 1 to 14 in one byte, up to 255 in two. */
const headerExtensionId = z.int().min(1).max(255);

export const rtpCapabilitiesSchema = z.object({
  codecs: z
    .array(z.object({ kind: mediaKindSchema, preferredPayloadType: payloadType, ...codecFields }))
    .max(64)
    .check(
      eachOnce('the payload type', ({ preferredPayloadType }) => preferredPayloadType, 'preferredPayloadType'),
      associated(({ preferredPayloadType }) => preferredPayloadType),
    )
    .optional(),
  headerExtensions: z
    .array(
      z.object({
        kind: mediaKindSchema,
        uri: headerExtensionUriSchema,
        preferredId: headerExtensionId,
        preferredEncrypt: z.boolean().optional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
      }),
    )
    .max(64)
    .check(
      eachOnce('the extension', ({ kind, uri }) => `${kind} ${uri}`, 'uri'),
      eachOnce('the id', ({ kind, preferredId }) => `${kind} ${preferredId}`, 'preferredId'),
    )
    .optional(),
});
export type RtpCapabilities = z.infer<typeof rtpCapabilitiesSchema>;

interface EncodingOnTheWire {
  ssrc?: number | undefined;
  rid?: string | undefined;
  rtx?: { ssrc: number } | undefined;
}

/** Each stream has an SSRC of its own, and where there are several encodings, each has something to tell it by. */
const distinctStreams: Checked<EncodingOnTheWire> = ({ value, issues }) => {
  const known = new Set<number>();
  const note = (ssrc: number | undefined, ...path: (string | number)[]) => {
    if (ssrc !== undefined && known.has(ssrc)) {
      issues.push({ code: 'custom', input: ssrc, path, message: 'the SSRC is there more than once' });
    }

    known.add(ssrc ?? 0);
  };
  value.forEach(({ ssrc }, index) => note(ssrc, index, 'ssrc'));
  value.forEach(({ rtx }, index) => note(rtx?.ssrc, index, 'rtx', 'ssrc'));

  value.forEach((encoding, index) => {
    if (value.length > 1 && encoding.ssrc === undefined && encoding.rid === undefined) {
      issues.push({
        code: 'custom',
        input: encoding,
        path: [index],
        message: 'needs an SSRC or a rid, as there are several encodings',
      });
    }
  });
};

/** https://www.w3.org/TR/webrtc-svc/#scalabilitymodes: at most three layers of each kind. */
const scalabilityMode = z
  .string()
  .regex(/^[LS][1-3]T[1-3](h|_KEY|_KEY_SHIFT)?$/, 'must be a scalability mode like L1T3');

export const rtpParametersSchema = z
  .object({
    mid: z.string().min(1).max(32).optional(),
    msid: text.optional(),
    codecs: z
      .array(z.object({ payloadType, ...codecFields }))
      .min(1)
      .max(16)
      .check(
        eachOnce('the payload type', ({ payloadType }) => payloadType, 'payloadType'),
        associated(({ payloadType }) => payloadType),
      ),
    headerExtensions: z
      .array(
        z.object({
          uri: headerExtensionUriSchema,
          id: headerExtensionId,
          encrypt: z.boolean().optional(),
          parameters: codecParametersSchema.optional(),
        }),
      )
      .max(32)
      .check(
        eachOnce('the extension', ({ uri }) => uri, 'uri'),
        eachOnce('the id', ({ id }) => id, 'id'),
      )
      .optional(),
    encodings: z
      .array(
        z.object({
          ssrc: ssrc.optional(),
          rid: z.string().min(1).max(32).optional(),
          codecPayloadType: payloadType.optional(),
          rtx: z.object({ ssrc }).optional(),
          dtx: z.boolean().optional(),
          scalabilityMode: scalabilityMode.optional(),
          maxBitrate: z.int().min(1).max(100_000_000).optional(),
          /** How much smaller than the producer's video size this layer is. */
          scaleResolutionDownBy: z.number().min(1).max(1000).optional(),
        }),
      )
      .min(1)
      .max(4)
      .check(
        eachOnce('the rid', ({ rid }) => rid, 'rid'),
        distinctStreams,
      )
      .optional(),
    rtcp: z.object({ cname: text.optional(), reducedSize: z.boolean().optional() }).optional(),
  })
  .check(({ value: { codecs, encodings = [] }, issues }) => {
    const media = new Set(codecs.filter((codec) => !isRtx(codec)).map(({ payloadType }) => payloadType));

    encodings.forEach(({ codecPayloadType }, index) => {
      if (codecPayloadType !== undefined && !media.has(codecPayloadType)) {
        issues.push({
          code: 'custom',
          input: codecPayloadType,
          path: ['encodings', index, 'codecPayloadType'],
          message: 'must be the payload type of a codec that is not RTX',
        });
      }
    });
  });
export type RtpParameters = z.infer<typeof rtpParametersSchema>;

/** Bytes of a fingerprint (RFC 8122, section 5). */
const fingerprintBytes = { 'sha-1': 20, 'sha-224': 28, 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 } as const;
type FingerprintAlgorithm = keyof typeof fingerprintBytes;

const fingerprintSchema = z
  .object({
    algorithm: z.enum(Object.keys(fingerprintBytes) as [FingerprintAlgorithm, ...FingerprintAlgorithm[]]),
    value: z.string().regex(/^([0-9a-f]{2}:){19,63}[0-9a-f]{2}$/i, 'must be colon-separated hexadecimal bytes'),
  })
  .check(({ value: { algorithm, value }, issues }) => {
    const bytes = fingerprintBytes[algorithm];

    if (value.split(':').length !== bytes) {
      issues.push({
        code: 'custom',
        input: value,
        path: ['value'],
        message: `must have ${bytes} bytes for ${algorithm}`,
      });
    }
  });

export const dtlsParametersSchema = z.object({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z.array(fingerprintSchema).min(1).max(8),
});
export type DtlsParameters = z.infer<typeof dtlsParametersSchema>;

export const iceParametersSchema = z.object({
  usernameFragment: z.string(),
  password: z.string(),
  iceLite: z.boolean().optional(),
});
export type IceParameters = z.infer<typeof iceParametersSchema>;

export const iceCandidateSchema = z.object({
  foundation: z.string(),
  priority: z.number(),
  ip: z.string(),
  address: z.string(),
  protocol: z.enum(['udp', 'tcp']),
  port: z.number(),
  type: z.literal('host'),
  tcpType: z.literal('passive').optional(),
});

export const iceServerSchema = z.object({
  urls: z.array(z.string()),
  username: z.string().optional(),
  credential: z.string().optional(),
});
export type IceServer = z.infer<typeof iceServerSchema>;

/** What mediasoup-client's `createSendTransport()` and `createRecvTransport()` take. */
export const transportOptionsSchema = z.object({
  id: z.string(),
  iceParameters: iceParametersSchema,
  iceCandidates: z.array(iceCandidateSchema),
  dtlsParameters: dtlsParametersSchema,
});
export type TransportOptions = z.infer<typeof transportOptionsSchema>;
