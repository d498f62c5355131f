/** SRTP and SRTCP with AEAD_AES_128_GCM (RFC 3711, RFC 7714). */
import { createCipheriv, createDecipheriv } from 'node:crypto';

export const keyLength = 16;
export const saltLength = 12;
const tagLength = 16;
const rtcpHeaderLength = 8;
/** Marks an SRTCP packet as encrypted, beside its index. */
const encrypted = 0x8000_0000;

/** Labels of the key derivation, RFC 3711 section 4.3.2. */
const labels = { rtpKey: 0, rtpSalt: 2, rtcpKey: 3, rtcpSalt: 5 } as const;

/** The keys of one direction of a connection. */
export class SrtpKeys {
  private readonly rtpKey: Buffer;
  private readonly rtpSalt: Buffer;
  private readonly rtcpKey: Buffer;
  private readonly rtcpSalt: Buffer;
  private rtcpIndex = 0;

  constructor(masterKey: Buffer, masterSalt: Buffer) {
    const derive = (label: number, length: number) => deriveKey(masterKey, masterSalt, label, length);
    this.rtpKey = derive(labels.rtpKey, keyLength);
    this.rtpSalt = derive(labels.rtpSalt, saltLength);
    this.rtcpKey = derive(labels.rtcpKey, keyLength);
    this.rtcpSalt = derive(labels.rtcpSalt, saltLength);
  }

  /** @param rollovers how often the sequence number has begun anew */
  protectRtp(header: Buffer, payload: Buffer, rollovers: number): Buffer {
    const cipher = createCipheriv('aes-128-gcm', this.rtpKey, this.rtpVector(header, rollovers));
    cipher.setAAD(header);
    const text = cipher.update(payload);
    cipher.final();

    return Buffer.concat([header, text, cipher.getAuthTag()]);
  }

  /** Throws when the packet was not made with these keys. */
  unprotectRtp(packet: Buffer, headerLength: number, rollovers: number): Buffer {
    const header = packet.subarray(0, headerLength);
    const cipher = createDecipheriv('aes-128-gcm', this.rtpKey, this.rtpVector(header, rollovers));
    cipher.setAAD(header);
    cipher.setAuthTag(packet.subarray(-tagLength));
    const payload = cipher.update(packet.subarray(headerLength, -tagLength));
    cipher.final();

    return payload;
  }

  protectRtcp(packet: Buffer): Buffer {
    const index = this.rtcpIndex++;
    const trailer = Buffer.alloc(4);
    trailer.writeUInt32BE((encrypted | index) >>> 0);
    const header = packet.subarray(0, rtcpHeaderLength);
    const cipher = createCipheriv('aes-128-gcm', this.rtcpKey, this.rtcpVector(header, index));
    cipher.setAAD(Buffer.concat([header, trailer]));
    const text = cipher.update(packet.subarray(rtcpHeaderLength));
    cipher.final();

    return Buffer.concat([header, text, cipher.getAuthTag(), trailer]);
  }

  /** Throws when the packet was not made with these keys. */
  unprotectRtcp(packet: Buffer): Buffer {
    const [header, trailer] = [packet.subarray(0, rtcpHeaderLength), packet.subarray(-4)];
    const index = trailer.readUInt32BE(0) & ~encrypted;
    const cipher = createDecipheriv('aes-128-gcm', this.rtcpKey, this.rtcpVector(header, index));
    cipher.setAAD(Buffer.concat([header, trailer]));
    cipher.setAuthTag(packet.subarray(-4 - tagLength, -4));
    const text = cipher.update(packet.subarray(rtcpHeaderLength, -4 - tagLength));
    cipher.final();

    return Buffer.concat([header, text]);
  }

  /** RFC 7714 section 8.1: two zeros, SSRC, rollovers, sequence number, all mixed with the salt. */
  private rtpVector(header: Buffer, rollovers: number): Buffer {
    const vector = Buffer.from(this.rtpSalt);
    mix(vector, 2, header.readUInt32BE(8));
    mix(vector, 6, rollovers);
    vector.writeUInt16BE(vector.readUInt16BE(10) ^ header.readUInt16BE(2), 10);

    return vector;
  }

  /** RFC 7714 section 9.1. */
  private rtcpVector(header: Buffer, index: number): Buffer {
    const vector = Buffer.from(this.rtcpSalt);
    mix(vector, 2, header.readUInt32BE(4));
    mix(vector, 8, index);

    return vector;
  }
}

function mix(vector: Buffer, offset: number, value: number): void {
  vector.writeUInt32BE((vector.readUInt32BE(offset) ^ value) >>> 0, offset);
}

/** RFC 3711 section 4.3.1, with an index of 0. */
function deriveKey(masterKey: Buffer, masterSalt: Buffer, label: number, length: number): Buffer {
  const counter = Buffer.alloc(16);
  masterSalt.copy(counter);
  counter[7]! ^= label;

  return createCipheriv('aes-128-ctr', masterKey, counter).update(Buffer.alloc(length));
}
