/** The way from a meeting to one participant: their socket. */
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

export class SocketChannel implements ParticipantChannel {
  constructor(private readonly socket: SignalingSocket) {}

  send<Name extends PlainNotificationName>(event: Name, payload: Notification<Name>): void {
    // Socket.IO's types cannot follow that the payload fits the event's name; ours above does.
    (this.socket as Socket).emit(event, payload);
  }

  async offerConsumer(consumer: Consumer): Promise<void> {
    // However late: until then nothing flows, and a page that was frozen for a while still gets its people back.
    const answer: ErrorAnswer | Record<string, never> | null = await this.socket.emitWithAck('new_consumer', consumer);

    if (answer && 'error' in answer) {
      throw new Error(`the client refused the consumer: ${String(answer.error?.message)}`);
    }
  }
}
