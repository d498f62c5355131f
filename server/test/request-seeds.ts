/** Payloads and bodies with all that they may bring along, as browsers and host applications send them: what the fuzz tests spoil. */
import type { RequestInput, RequestName, RtpCapabilities, RtpParameters } from '@minimeet/protocol';
import { requestRules, routeRules, type Belongings, type World } from './access-rules.js';

const uris = {
  mid: 'urn:ietf:params:rtp-hdrext:sdes:mid',
  rid: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  repairedRid: 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  sendTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  transportWide: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  audioLevel: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  orientation: 'urn:3gpp:video-orientation',
} as const;

const videoFeedback = [
  { type: 'goog-remb', parameter: '' },
  { type: 'transport-cc', parameter: '' },
  { type: 'ccm', parameter: 'fir' },
  { type: 'nack', parameter: '' },
  { type: 'nack', parameter: 'pli' },
];

const opus = { mimeType: 'audio/opus', clockRate: 48_000, channels: 2, parameters: { minptime: 10, useinbandfec: 1 } };
const vp8 = { mimeType: 'video/VP8', clockRate: 90_000, parameters: {}, rtcpFeedback: videoFeedback };
const h264 = {
  ...vp8,
  mimeType: 'video/H264',
  parameters: { 'level-asymmetry-allowed': 1, 'packetization-mode': 1, 'profile-level-id': '42e01f' },
};
const rtx = { mimeType: 'video/rtx', clockRate: 90_000, rtcpFeedback: [] };

/** Of a browser: two codecs for pictures, each with its retransmissions. */
const capabilities = (): RtpCapabilities => ({
  codecs: [
    { kind: 'audio', preferredPayloadType: 111, ...opus, rtcpFeedback: [{ type: 'transport-cc' }] },
    { kind: 'video', preferredPayloadType: 96, ...vp8 },
    { kind: 'video', preferredPayloadType: 97, ...rtx, parameters: { apt: 96 } },
    { kind: 'video', preferredPayloadType: 102, ...h264 },
    { kind: 'video', preferredPayloadType: 103, ...rtx, parameters: { apt: 102 } },
  ],
  headerExtensions: [
    { kind: 'audio', uri: uris.mid, preferredId: 4, preferredEncrypt: false, direction: 'sendrecv' },
    { kind: 'audio', uri: uris.sendTime, preferredId: 2, preferredEncrypt: false, direction: 'sendrecv' },
    { kind: 'audio', uri: uris.audioLevel, preferredId: 1, preferredEncrypt: false, direction: 'sendrecv' },
    { kind: 'video', uri: uris.mid, preferredId: 4, preferredEncrypt: false, direction: 'sendrecv' },
    { kind: 'video', uri: uris.sendTime, preferredId: 2, preferredEncrypt: false, direction: 'sendrecv' },
    { kind: 'video', uri: uris.transportWide, preferredId: 3, preferredEncrypt: false, direction: 'recvonly' },
    { kind: 'video', uri: uris.orientation, preferredId: 13, preferredEncrypt: false, direction: 'sendrecv' },
  ],
});

const videoExtensions = [
  { uri: uris.mid, id: 4, encrypt: false, parameters: {} },
  { uri: uris.rid, id: 10, encrypt: false, parameters: {} },
  { uri: uris.repairedRid, id: 11, encrypt: false, parameters: {} },
  { uri: uris.sendTime, id: 2, encrypt: false, parameters: {} },
  { uri: uris.transportWide, id: 3, encrypt: false, parameters: {} },
];

const videoCodecs = [
  { payloadType: 96, ...vp8 },
  { payloadType: 97, ...rtx, parameters: { apt: 96 } },
];

const oneOf = () => 1 + Math.floor(Math.random() * 0xffff_fffe);

/** A camera with three layers, told apart by rid as browsers do, or by SSRCs with one for the retransmissions of each. */
const layersBy = (what: 'rid' | 'ssrc'): RtpParameters['encodings'] =>
  ['q', 'h', 'f'].map((rid, layer) => ({
    ...(what === 'rid' ? { rid } : { ssrc: oneOf(), rtx: { ssrc: oneOf() }, codecPayloadType: 96 }),
    dtx: false,
    maxBitrate: 150_000 * 4 ** layer,
    scaleResolutionDownBy: 4 / 2 ** layer,
    scalabilityMode: 'L1T3',
  }));

const camera = (transportId: string, by: 'rid' | 'ssrc') => ({
  transportId,
  kind: 'video' as const,
  source: 'camera' as const,
  paused: false,
  videoSize: { width: 1280, height: 720 },
  rtpParameters: {
    mid: '0',
    msid: 'stream track',
    codecs: videoCodecs,
    headerExtensions: videoExtensions,
    encodings: layersBy(by),
    rtcp: { cname: 'camera', reducedSize: true },
  },
});

const microphone = (transportId: string) => ({
  transportId,
  kind: 'audio' as const,
  source: 'microphone' as const,
  paused: true,
  rtpParameters: {
    mid: '1',
    codecs: [{ payloadType: 111, ...opus, rtcpFeedback: [{ type: 'transport-cc' }] }],
    headerExtensions: [{ uri: uris.audioLevel, id: 1, encrypt: false, parameters: {} }],
    encodings: [{ ssrc: oneOf(), dtx: true, maxBitrate: 40_000 }],
    rtcp: { cname: 'microphone', reducedSize: true },
  },
});

type Payloads = { [Name in RequestName]?: (own: Belongings, roomSlug: string) => RequestInput<Name>[] };

/** Of requests whose payload in the rules is not all that there is. */
const furtherPayloads: Payloads = {
  join_room: ({ participantId, resumeToken }, roomId) => [
    {
      roomId,
      rtpCapabilities: capabilities(),
      deviceInfo: { kind: 'desktop', name: 'Firefox 153 on Linux' },
      picturesAtFirst: 9,
      replaces: { participantId, resumeToken },
      password: 'open sesame',
    },
  ],
  set_rtp_capabilities: () => [{ rtpCapabilities: capabilities() }],
  produce: ({ sendTransportId }) => [
    camera(sendTransportId, 'rid'),
    camera(sendTransportId, 'ssrc'),
    microphone(sendTransportId),
  ],
  set_preferred_layers: ({ consumerId }) => [{ consumerId, spatialLayer: 2, temporalLayer: 1 }],
  set_view: ({ participantId }) => [
    { tiles: [{ participantId, source: 'camera', width: 640, height: 360, pinned: true }] },
  ],
  chat_history: () => [{ before: 100, limit: 10 }],
  search_messages: () => [{ text: 'hello', before: 100, limit: 10 }],
  set_meeting_switches: () => [{ onlyModeratorsShare: true, onlyModeratorsUnmute: true, onlyModeratorsChat: true }],
  report_quality: () => [
    {
      seconds: 10,
      roundTripTime: 20,
      packetsReceived: 100,
      packetsLost: 0,
      sendBitrate: 1000,
      recvBitrate: 1000,
      freezes: 0,
      freezeSeconds: 0,
      join: { answered: 200, firstAudio: 400, firstVideo: 500 },
    },
  ],
};

/** Payloads that fit; the first is the rules' own. */
export function payloadsOf(name: RequestName, own: Belongings, roomSlug: string): object[] {
  return [requestRules[name].payload(own, roomSlug), ...(furtherPayloads[name]?.(own, roomSlug) ?? [])];
}

/** The same for bodies. */
const furtherBodies: Record<string, (world: World) => object> = {
  'POST /users': () => ({
    email: `${crypto.randomUUID()}@example.org`,
    username: 'New',
    password: 'a long enough password',
  }),
  'PATCH /users/{id}': () => ({
    email: `${crypto.randomUUID()}@example.org`,
    username: 'Renamed',
    password: 'a long enough password',
    currentPassword: 'a long enough password',
    isActive: true,
    revokeApiKeys: false,
  }),
  'POST /api-keys': () => ({ label: 'Shop', currentPassword: 'a long enough password' }),
  'POST /rooms': () => ({
    name: 'Another room',
    maxParticipants: 20,
    access: 'password',
    password: 'open sesame',
    lobby: true,
  }),
  'PATCH /rooms/{idOrSlug}': () => ({
    name: 'Renamed',
    maxParticipants: 20,
    access: 'password',
    password: 'open sesame',
    lobby: true,
  }),
  'POST /rooms/{idOrSlug}/tokens': () => ({
    identity: 'customer 7',
    name: 'Grace',
    role: 'moderator',
    grants: ['join', 'moderate'],
    expiresIn: 600,
    notBefore: '2026-01-01T00:00:00Z',
  }),
};

/** Bodies of a route that fit; the first is the rules' own. Without a body, none. */
export function bodiesOf(route: string, world: World): object[] {
  const body = routeRules[route]?.body?.(world);

  return [...(body ? [body] : []), ...(furtherBodies[route] ? [furtherBodies[route](world)] : [])];
}
