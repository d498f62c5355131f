import { describe, expect, it } from '@jest/globals';
import type { RtpParameters } from 'mediasoup/types';
import { areAlike, withoutSsrcs } from './recognised-again.js';

const extensions = (...names: string[]) =>
  names.map((name, index) => ({
    uri: `urn:ietf:params:rtp-hdrext:sdes:${name}` as 'urn:ietf:params:rtp-hdrext:sdes:mid',
    id: index + 1,
  }));

const camera = (changes: Partial<RtpParameters> = {}): RtpParameters => ({
  mid: '1',
  codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
  headerExtensions: extensions('mid', 'rtp-stream-id'),
  encodings: [{ ssrc: 7, rtx: { ssrc: 8 }, maxBitrate: 500_000 }],
  rtcp: { cname: 'ada' },
  ...changes,
});

describe('what is sent again', () => {
  it('is known without its SSRCs by its mid, and its layers by their rids', () => {
    expect(withoutSsrcs(camera())?.encodings).toEqual([{ maxBitrate: 500_000 }]);
    const layers = [
      { rid: 'r0', ssrc: 1 },
      { rid: 'r1', ssrc: 2 },
    ];
    expect(withoutSsrcs(camera({ encodings: layers }))?.encodings).toEqual([{ rid: 'r0' }, { rid: 'r1' }]);
  });

  it.each<[string, Partial<RtpParameters>]>([
    ['no mid', { mid: undefined }],
    ['a mid that its packets do not carry', { headerExtensions: extensions('rtp-stream-id') }],
    ['layers without rids', { encodings: [{ ssrc: 1 }, { ssrc: 2 }] }],
    [
      'rids that its packets do not carry',
      { headerExtensions: extensions('mid'), encodings: [{ rid: 'r0' }, { rid: 'r1' }] },
    ],
  ])('is not known when it has %s', (_what, changes) => {
    expect(withoutSsrcs(camera(changes))).toBeNull();
  });

  it('is the same with other SSRCs and other names of the connection', () => {
    const other = camera({ encodings: [{ ssrc: 70, rtx: { ssrc: 80 }, maxBitrate: 500_000 }], rtcp: { cname: 'eve' } });
    expect(areAlike(camera(), other)).toBe(true);
    expect(areAlike(withoutSsrcs(camera())!, other)).toBe(true);
  });

  it.each<[string, Partial<RtpParameters>]>([
    ['mid', { mid: '0' }],
    ['payload type', { codecs: [{ mimeType: 'video/VP8', payloadType: 97, clockRate: 90_000 }] }],
    ['layers', { encodings: [{ rid: 'r0' }, { rid: 'r1' }] }],
    ['codec, which is none', { codecs: [{ mimeType: 'nonsense', payloadType: 96, clockRate: 90_000 }] }],
    ['header extensions', { headerExtensions: extensions('rtp-stream-id', 'mid') }],
  ])('is another one with another %s', (_what, changes) => {
    expect(areAlike(camera(), camera(changes))).toBe(false);
  });
});
