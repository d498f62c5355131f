/** The way from a meeting to one participant: over the socket that they have now. */
import { acknowledgements } from '@minimeet/protocol';
import type { ClientToServerEvents, Consumer, Notification, ServerToClientEvents } from '@minimeet/protocol';
import type { Server, Socket } from 'socket.io';
import { excerpt } from '../common/excerpt.js';
import type { FaultScope } from '../common/fault-scope.js';
import type { ParticipantChannel, PlainNotificationName } from '../meetings/participant-channel.js';

export type SignalingServer = Server<ClientToServerEvents, ServerToClientEvents>;
export type SignalingSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

/** Characters of a client's reason that are logged. */
const LONGEST_REASON = 200;

/** A consumer that the client has not said yet that it can receive. */
interface Offer {
  consumer: Consumer;
  accept(): void;
  refuse(error: Error): void;
}

/**
 * While there is no socket, what is told is told to nobody: whoever comes back asks how everything stands. Only offers
 * wait, as they want an answer.
 */
export class SocketChannel implements ParticipantChannel {
  /** By consumer id. */
  private readonly offers = new Map<string, Offer>();

  constructor(
    private socket: SignalingSocket | null,
    private faults: FaultScope,
  ) {}

  send<Name extends PlainNotificationName>(event: Name, payload: Notification<Name>): void {
    this.noteChange(event, payload);
    // Socket.IO's types cannot follow that the payload fits the event's name; ours above does.
    (this.socket as Socket | null)?.emit(event, payload);
  }

  /** Settles however late: until then nothing flows, and a page that was frozen for a while still gets its people back. */
  offerConsumer(consumer: Consumer): Promise<void> {
    return new Promise((accept, refuse) => {
      this.offers.set(consumer.id, { consumer, accept, refuse });
      this.offer(consumer);
    });
  }

  withdrawOffer(consumerId: string): void {
    this.accept(consumerId);
  }

  /** The socket is gone. */
  detach(): void {
    this.socket = null;
  }

  /** Goes on over another socket; answers to what was offered over the one before may be lost, so it is offered again. */
  attach(socket: SignalingSocket, faults: FaultScope): void {
    this.socket = socket;
    this.faults = faults;

    for (const { consumer } of this.offers.values()) {
      this.offer(consumer);
    }
  }

  private offer(consumer: Consumer): void {
    const { faults } = this;
    this.socket?.emit('new_consumer', consumer, (answer) => faults.run(() => this.settle(consumer.id, answer)));
  }

  /** @param answer of the client, which may be anything */
  private settle(consumerId: string, answer: unknown): void {
    const { success, data } = acknowledgements.new_consumer.safeParse(answer);

    if (success && !('error' in data)) {
      this.accept(consumerId);
    } else {
      const reason = data && 'error' in data ? data.error.message : 'its answer is none';
      this.take(consumerId)?.refuse(new Error(`the client refused the consumer: ${excerpt(reason, LONGEST_REASON)}`));
    }
  }

  private accept(consumerId: string): void {
    this.take(consumerId)?.accept();
  }

  private take(consumerId: string): Offer | undefined {
    const offer = this.offers.get(consumerId);
    this.offers.delete(consumerId);

    return offer;
  }

  /** An offer that is made again says how things are then. */
  private noteChange(event: PlainNotificationName, payload: object): void {
    const consumerId = 'consumerId' in payload ? String(payload.consumerId) : '';
    const offer = this.offers.get(consumerId);

    if (offer && event === 'consumer_closed') {
      this.accept(consumerId);
    } else if (offer && event !== 'consumer_congested') {
      offer.consumer = { ...offer.consumer, paused: event === 'consumer_paused' };
    }
  }
}
