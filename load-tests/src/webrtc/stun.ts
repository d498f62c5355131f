/** STUN binding requests of an ICE agent that controls, towards one that is lite (RFC 8489, RFC 8445). */
import { createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';

const magicCookie = 0x2112a442;
const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
const headerLength = 20;

const attributes = { username: 0x0006, messageIntegrity: 0x0008, priority: 0x0024, useCandidate: 0x0025 } as const;
const fingerprint = 0x8028;
const iceControlling = 0x802a;
/** Of a host candidate over UDP, as RFC 8445 section 5.1.2 counts. */
const hostPriority = 1_853_824_767;

export interface Credentials {
  usernameFragment: string;
  password: string;
}

/** Asks whether packets arrive, and unless told otherwise nominates the way that they take. */
export function bindingRequestTo(remote: Credentials, transactionId: Buffer, nominates = true): Buffer {
  const body = Buffer.concat([
    attribute(attributes.username, Buffer.from(`${remote.usernameFragment}:bot`)),
    attribute(attributes.priority, uint32(hostPriority)),
    attribute(iceControlling, Buffer.alloc(8)),
    ...(nominates ? [attribute(attributes.useCandidate, Buffer.alloc(0))] : []),
  ]);
  // Each of the two last attributes covers what comes before it, with the length of what it then is.
  const upToIntegrity = message(transactionId, body, 24);
  const digest = createHmac('sha1', remote.password).update(upToIntegrity).digest();
  const withIntegrity = Buffer.concat([body, attribute(attributes.messageIntegrity, digest)]);
  const checksum = uint32((crc32(message(transactionId, withIntegrity, 8)) ^ 0x5354554e) >>> 0);

  return message(transactionId, Buffer.concat([withIntegrity, attribute(fingerprint, checksum)]), 0);
}

/** The transaction that a packet answers with success; `null` for any other packet. */
export function answeredTransaction(packet: Buffer): Buffer | null {
  return packet.length >= headerLength && packet.readUInt16BE(0) === bindingSuccess
    ? packet.subarray(8, headerLength)
    : null;
}

function message(transactionId: Buffer, body: Buffer, more: number): Buffer {
  const header = Buffer.alloc(headerLength);
  header.writeUInt16BE(bindingRequest, 0);
  header.writeUInt16BE(body.length + more, 2);
  header.writeUInt32BE(magicCookie, 4);
  transactionId.copy(header, 8);

  return Buffer.concat([header, body]);
}

function attribute(type: number, value: Buffer): Buffer {
  const padded = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  padded.writeUInt16BE(type, 0);
  padded.writeUInt16BE(value.length, 2);
  value.copy(padded, 4);

  return padded;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);

  return bytes;
}
