/** How a meeting reaches one participant. Signaling implements it on a socket; a meeting knows no more of sockets. */
import type { Consumer, Notification, NotificationName } from '@minimeet/protocol';

/** What is told without waiting for an answer. */
export type PlainNotificationName = Exclude<NotificationName, 'new_consumer' | 'disconnected' | 'batch'>;

/** What is said to everyone, or to everyone but one. */
export type Broadcast = {
  [Name in PlainNotificationName]: { event: Name; payload: Notification<Name> };
}[PlainNotificationName];

export interface ParticipantChannel {
  send<Name extends PlainNotificationName>(event: Name, payload: Notification<Name>): void;
  /** Resolves when the client is ready to receive; rejects when it refuses. */
  offerConsumer(consumer: Consumer): Promise<void>;
  /** An answer to what was offered is of no use any more; it resolves. */
  withdrawOffer(consumerId: string): void;
}
