/** Packets for the media port: such as look like STUN, DTLS, RTP and RTCP, and what may be inside of authenticated ones. */
import fc from 'fast-check';

/** By their first byte (RFC 7983): STUN, DTLS, RTP and RTCP, and what is none of them. */
const heads = [
  [0x00, 0x01, 0x00, 0x08, 0x21, 0x12, 0xa4, 0x42],
  [0x01, 0x01, 0x00, 0x00, 0x21, 0x12, 0xa4, 0x42],
  [0x16, 0xfe, 0xfd, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x40, 0x01],
  [0x16, 0xfe, 0xfd, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x10, 0x0b, 0x00, 0x00, 0x04],
  [0x15, 0xfe, 0xfd, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x02],
  [0x17, 0xfe, 0xfd, 0x00, 0x01],
  [0x80, 0x60],
  [0x9f, 0xff],
  [0x80, 0xc8, 0x00, 0x06],
  [0x81, 0xc9, 0x00, 0x07],
  [0x8f, 0xce, 0xff, 0xff],
  [],
];
/** What begins like one of them, and goes on as it likes. */
export const packet = fc
  .tuple(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 200 }))
  .map(([head, bytes]) => Buffer.from([...head, ...bytes]));

const bytesOfLength = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

/** What an authenticated packet of RTP may say of itself: header extensions in one byte, in two, and none, padding, and any payload. */
export const rtp = fc.record({
  first: fc.constantFrom(0x80, 0x90, 0xa0, 0xb0),
  payloadType: fc.constantFrom(96, 97, 111, 127, 0x80 | 96),
  stream: fc.nat(4),
  profile: fc.constantFrom(0xbede, 0x1000, 0x1234),
  extension: fc.nat(8).chain((words) => bytesOfLength(words * 4)),
  payload: fc.uint8Array({ maxLength: 200 }),
});

/** The same of RTCP: kinds that there are and that there are not, with a length that is right or is not. */
export const rtcp = fc
  .record({
    count: fc.nat(31),
    kind: fc.integer({ min: 192, max: 223 }),
    length: fc.option(fc.nat(0xffff)),
    body: fc.nat(30).chain((words) => bytesOfLength(4 + words * 4)),
  })
  .map(({ count, kind, length, body }) => {
    const header = Buffer.from([0x80 | count, kind, 0, 0]);
    header.writeUInt16BE(length ?? body.length / 4, 2);

    return Buffer.concat([header, body]);
  });
