/** What of a client's media parameters mediasoup never sees, and where the fault is said to be. */
import { describe, expect, it } from '@jest/globals';
import { requests } from './events.js';
import { dtlsParametersSchema, rtpCapabilitiesSchema, rtpParametersSchema } from './rtp.js';

const vp8 = { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 };
const rtx = { mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: { apt: 96 } };
const mid = { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4 };
const sendTime = { uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time', id: 2 };
/** As a browser sends a camera in three layers. */
const camera = {
  mid: '0',
  codecs: [vp8, rtx],
  headerExtensions: [mid, sendTime],
  encodings: [
    { ssrc: 1, rtx: { ssrc: 2 }, scalabilityMode: 'L1T3', scaleResolutionDownBy: 4, maxBitrate: 100_000 },
    { ssrc: 3, rtx: { ssrc: 4 }, scalabilityMode: 'L1T3', scaleResolutionDownBy: 2 },
    { ssrc: 5, rtx: { ssrc: 6 }, scalabilityMode: 'L1T3' },
  ],
  rtcp: { cname: 'x' },
};

const faultsOf = (
  schema: { safeParse(payload: unknown): { error?: { issues: { path: PropertyKey[] }[] } } },
  payload: unknown,
) => schema.safeParse(payload).error?.issues.map(({ path }) => path.join('.')) ?? [];

describe('rtpParameters', () => {
  it('fit where everything that refers to something finds it', () => {
    for (const parameters of [
      camera,
      { ...camera, encodings: [{ rid: 'l' }, { rid: 'm' }, { rid: 'h' }] },
      { ...camera, encodings: [{ ssrc: 1, codecPayloadType: 96, scalabilityMode: 'L3T3_KEY' }] },
      { codecs: [vp8], encodings: [{ scalabilityMode: 'S3T3h' }] },
      { codecs: [vp8] },
    ]) {
      expect(rtpParametersSchema.parse(parameters)).toEqual(parameters);
    }
  });

  it.each<[string, object, string[]]>([
    ['two codecs of one payload type', { codecs: [vp8, { ...rtx, payloadType: 96 }] }, ['codecs.1.payloadType']],
    [
      'RTX for a codec that is not there',
      { codecs: [vp8, { ...rtx, parameters: { apt: 98 } }] },
      ['codecs.1.parameters.apt'],
    ],
    ['RTX for itself', { codecs: [vp8, { ...rtx, parameters: { apt: 97 } }] }, ['codecs.1.parameters.apt']],
    ['RTX for nothing', { codecs: [vp8, { ...rtx, parameters: {} }] }, ['codecs.1.parameters.apt']],
    ['nothing but RTX', { codecs: [rtx] }, ['codecs.0.parameters.apt']],
    ['one extension twice', { headerExtensions: [mid, { ...mid, id: 9 }] }, ['headerExtensions.1.uri']],
    ['two extensions of one id', { headerExtensions: [mid, { ...sendTime, id: 4 }] }, ['headerExtensions.1.id']],
    ['an extension id of 0', { headerExtensions: [{ ...mid, id: 0 }] }, ['headerExtensions.0.id']],
    ['an extension id of 256', { headerExtensions: [{ ...mid, id: 256 }] }, ['headerExtensions.0.id']],
    ['one SSRC twice', { encodings: [{ ssrc: 7 }, { ssrc: 7 }] }, ['encodings.1.ssrc']],
    ['an SSRC that repairs itself', { encodings: [{ ssrc: 7, rtx: { ssrc: 7 } }] }, ['encodings.0.rtx.ssrc']],
    [
      'one SSRC that repairs two',
      {
        encodings: [
          { ssrc: 7, rtx: { ssrc: 9 } },
          { ssrc: 8, rtx: { ssrc: 9 } },
        ],
      },
      ['encodings.1.rtx.ssrc'],
    ],
    ['an SSRC of 0', { encodings: [{ ssrc: 0 }] }, ['encodings.0.ssrc']],
    ['one rid twice', { encodings: [{ rid: 'a' }, { rid: 'a' }] }, ['encodings.1.rid']],
    ['encodings that nothing tells apart', { encodings: [{ rid: 'a' }, {}] }, ['encodings.1']],
    [
      'an encoding of a codec that is not there',
      { encodings: [{ codecPayloadType: 98 }] },
      ['encodings.0.codecPayloadType'],
    ],
    ['an encoding of RTX', { encodings: [{ codecPayloadType: 97 }] }, ['encodings.0.codecPayloadType']],
    ['ninety-nine layers', { encodings: [{ scalabilityMode: 'L99T99' }] }, ['encodings.0.scalabilityMode']],
    [
      'a codec parameter that no SDP has',
      { codecs: [{ ...vp8, parameters: { x: 1e308 } }] },
      ['codecs.0.parameters.x'],
    ],
  ])('are refused for %s', (_, change, faults) => {
    expect(faultsOf(rtpParametersSchema, { ...camera, ...change })).toEqual(faults);
  });
});

describe('rtpCapabilities', () => {
  const codecs = [vp8, rtx].map(({ payloadType: preferredPayloadType, ...codec }) => ({
    kind: 'video',
    preferredPayloadType,
    ...codec,
  }));
  const headerExtensions = [mid, sendTime].map(({ uri, id: preferredId }) => ({ kind: 'video', uri, preferredId }));

  it('fit with the same ids for sound and picture', () => {
    const both = [...headerExtensions, ...headerExtensions.map((extension) => ({ ...extension, kind: 'audio' }))];
    expect(faultsOf(rtpCapabilitiesSchema, { codecs, headerExtensions: both })).toEqual([]);
  });

  it('are refused for payload types, extensions and ids that are there twice, and for RTX for nothing', () => {
    expect(faultsOf(rtpCapabilitiesSchema, { codecs: [codecs[0], codecs[0]] })).toEqual([
      'codecs.1.preferredPayloadType',
    ]);
    expect(faultsOf(rtpCapabilitiesSchema, { codecs: [codecs[1]] })).toEqual(['codecs.0.parameters.apt']);
    expect(faultsOf(rtpCapabilitiesSchema, { headerExtensions: [headerExtensions[0], headerExtensions[0]] })).toEqual([
      'headerExtensions.1.uri',
    ]);
    expect(
      faultsOf(rtpCapabilitiesSchema, {
        headerExtensions: headerExtensions.map((one) => ({ ...one, preferredId: 3 })),
      }),
    ).toEqual(['headerExtensions.1.preferredId']);
  });
});

describe('dtlsParameters', () => {
  it('have as many bytes as the algorithm of the fingerprint makes', () => {
    const fingerprints = (algorithm: string, bytes: number) => ({
      fingerprints: [{ algorithm, value: Array(bytes).fill('AB').join(':') }],
    });

    expect(faultsOf(dtlsParametersSchema, fingerprints('sha-256', 32))).toEqual([]);
    expect(faultsOf(dtlsParametersSchema, fingerprints('sha-512', 64))).toEqual([]);
    expect(faultsOf(dtlsParametersSchema, fingerprints('sha-256', 20))).toEqual(['fingerprints.0.value']);
    expect(faultsOf(dtlsParametersSchema, fingerprints('md5', 20))).toEqual(['fingerprints.0.algorithm']);
  });
});

describe('requests about media', () => {
  const transport = {
    transportId: 'x',
    dtlsParameters: { fingerprints: [{ algorithm: 'sha-1', value: Array(20).fill('AB').join(':') }] },
  };
  const produce = { transportId: 'x', kind: 'video', source: 'camera', rtpParameters: camera };

  it('have no SCTP parameters, as there are no data channels', () => {
    const sctp = { sctpParameters: { port: 5000, OS: 1024, MIS: 1024, maxMessageSize: 262_144 } };

    for (const [name, payload] of [
      ['connect_transport', transport],
      ['produce', produce],
      ['set_rtp_capabilities', { rtpCapabilities: {} }],
      ['join_room', { roomId: 'baku-rimo-tefa' }],
    ] as const) {
      const { payload: schema } = requests[name];
      expect(schema.safeParse(payload).success).toBe(true);
      expect(schema.safeParse({ ...payload, ...sctp }).success).toBe(false);
    }
  });

  it('are for codecs of the kind that is said', () => {
    expect(faultsOf(requests.produce.payload, { ...produce, kind: 'audio' })).toEqual([
      'rtpParameters.codecs.0.mimeType',
      'rtpParameters.codecs.1.mimeType',
    ]);
  });
});
