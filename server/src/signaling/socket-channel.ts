/** The way from a meeting to one participant: over the socket that they have now. */
import type {
  ClientToServerEvents,
  Consumer,
  ErrorAnswer,
  Notification,
  ServerToClientEvents,
} from '@minimeet/protocol';
import type { Server, Socket } from 'socket.io';
import type { ParticipantChannel, PlainNotificationName } from '../meetings/participant-channel.js';

export type SignalingServer = Server<ClientToServerEvents, ServerToClientEvents>;
export type SignalingSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

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

  constructor(private socket: SignalingSocket | null) {}

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
    this.settle(consumerId, {});
  }

  /** The socket is gone. */
  detach(): void {
    this.socket = null;
  }

  /** Goes on over another socket; answers to what was offered over the one before may be lost, so it is offered again. */
  attach(socket: SignalingSocket): void {
    this.socket = socket;

    for (const { consumer } of this.offers.values()) {
      this.offer(consumer);
    }
  }

  private offer(consumer: Consumer): void {
    this.socket?.emit('new_consumer', consumer, (answer) => this.settle(consumer.id, answer));
  }

  private settle(consumerId: string, answer: ErrorAnswer | Record<string, never> | null): void {
    const offer = this.offers.get(consumerId);
    this.offers.delete(consumerId);

    if (answer && 'error' in answer) {
      const { message } = (answer as Partial<ErrorAnswer>).error ?? {};
      offer?.refuse(new Error(`the client refused the consumer: ${String(message)}`));
    } else {
      offer?.accept();
    }
  }

  /** An offer that is made again says how things are then. */
  private noteChange(event: PlainNotificationName, payload: object): void {
    const consumerId = 'consumerId' in payload ? String(payload.consumerId) : '';
    const offer = this.offers.get(consumerId);

    if (offer && event === 'consumer_closed') {
      this.settle(consumerId, {});
    } else if (offer) {
      offer.consumer = { ...offer.consumer, paused: event === 'consumer_paused' };
    }
  }
}
