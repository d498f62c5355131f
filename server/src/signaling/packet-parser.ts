/**
 * Socket.IO's packets, parsed as input: what is not a plain packet of MiniMeet's protocol, or too large in itself, never gets to be an
 * event, an acknowledgement or a name. https://socket.io/docs/v4/custom-parser/
 */
import { EventEmitter } from 'node:events';
import { z } from 'zod';
import { Decoder as SocketDecoder, Encoder, PacketType, protocol, type Packet } from 'socket.io-parser';
import { structureFault } from '../common/structure.js';

/** In place of an event's name: the packet was none, and its connection is to end. What follows is what was wrong with it. */
export const MALFORMED = Symbol('malformed packet');

/** In place of a payload that is too large in itself for anybody to look at. */
export class OversizedPayload {
  /** @param fault what about it is too large, in words */
  constructor(readonly fault: string) {}
}

/** An event's name or acknowledgement, and what comes with it; further values are no part of the protocol. */
const MOST_VALUES = 8;

/** Digits of an acknowledgement's id: Socket.IO's clients count from 0. */
const longestId = 15;

/** CONNECT, DISCONNECT, EVENT and ACK, in the one namespace that there is. Nothing here has binary attachments. */
const packetSchema = z.object({
  type: z.literal([PacketType.CONNECT, PacketType.DISCONNECT, PacketType.EVENT, PacketType.ACK]),
  nsp: z.literal('/'),
  id: z.int().min(0).optional(),
  data: z.unknown().optional(),
});

const textSchema = z
  .string('attachments are not accepted')
  .regex(/^[0-3]/, 'there is no such packet type')
  // So that neither a name of a namespace nor an id of any length is read.
  .regex(new RegExp(`^.(?!/)(?!\\d{${longestId + 1}})`), 'there is one namespace, and ids are short');

/** For one connection. Never throws: a packet that is none is told as an event named {@link MALFORMED}. */
export class BoundedDecoder extends EventEmitter {
  private readonly decoder = new SocketDecoder();
  private hasFailed = false;

  constructor() {
    super();
    this.decoder.on('decoded', (packet: Packet) => this.take(packet));
  }

  add(encoded: unknown): void {
    if (this.hasFailed) {
      return;
    }

    const { success, data, error } = textSchema.safeParse(encoded);

    if (!success) {
      this.refuse(error.issues[0]!.message);

      return;
    }

    try {
      this.decoder.add(data);
    } catch (fault) {
      this.refuse(fault instanceof Error ? fault.message : 'it cannot be read');
    }
  }

  destroy(): void {
    this.decoder.destroy();
  }

  private take(packet: Packet): void {
    if (packetSchema.safeParse(packet).success) {
      this.emit('decoded', { ...packet, data: boundedData(packet) });
    } else {
      this.refuse('it is no packet of this protocol');
    }
  }

  private refuse(reason: string): void {
    this.hasFailed = true;
    this.emit('decoded', { type: PacketType.EVENT, nsp: '/', data: [MALFORMED, reason] });
  }
}

function boundedData({ type, data }: Packet): unknown {
  const fault =
    Array.isArray(data) && data.length > MOST_VALUES ? 'it has too many values' : data && structureFault(data);

  if (!fault) {
    return data;
  }

  switch (type) {
    case PacketType.EVENT:
      return [typeof data[0] === 'string' && data[0].length <= 64 ? data[0] : 0, new OversizedPayload(fault)];
    case PacketType.ACK:
      return [new OversizedPayload(fault)];
    default:
      return {};
  }
}

/** What the option `parser` of a Socket.IO server takes. */
export const packetParser = { Encoder, Decoder: BoundedDecoder, PacketType, protocol };
