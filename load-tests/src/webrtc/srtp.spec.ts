import { describe, expect, it } from '@jest/globals';
import { keyLength, saltLength, SrtpKeys } from './srtp.js';

const keys = () => new SrtpKeys(Buffer.alloc(keyLength, 7), Buffer.alloc(saltLength, 9));
const header = Buffer.from('806f00010000000a0000beef', 'hex');
const payload = Buffer.from('what is said');

describe('keys of a connection', () => {
  it('read the media that the same keys protected, in each round of sequence numbers', () => {
    for (const rollovers of [0, 1, 70_000]) {
      const packet = keys().protectRtp(header, payload, rollovers);
      expect(packet.subarray(0, header.length)).toEqual(header);
      expect(packet.includes(payload)).toBe(false);
      expect(keys().unprotectRtp(packet, header.length, rollovers)).toEqual(payload);
      expect(() => keys().unprotectRtp(packet, header.length, rollovers + 1)).toThrow();
    }
  });

  it('notice a header that was changed', () => {
    const packet = keys().protectRtp(header, payload, 0);
    packet[3]! ^= 1;
    expect(() => keys().unprotectRtp(packet, header.length, 0)).toThrow();
  });

  it('read the reports that the same keys protected, one after the other', () => {
    const sender = keys();
    const report = Buffer.from('80c800010000beef0011223344556677', 'hex');
    const [first, second] = [sender.protectRtcp(report), sender.protectRtcp(report)];
    expect(second).not.toEqual(first);
    expect(keys().unprotectRtcp(second)).toEqual(report);
    expect(keys().unprotectRtcp(first)).toEqual(report);
    first[first.length - 1]! ^= 1;
    expect(() => keys().unprotectRtcp(first)).toThrow();
  });
});
