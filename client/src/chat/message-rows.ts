/** How a list of messages is broken up for reading: by day, and by who wrote several in a row. Each depends on the one before alone. */
import type { ChatEntry } from '@minimeet/sdk';
import { isSameDay } from './message-time';

/** A pause of this many milliseconds begins a new group. */
const longPause = 5 * 60_000;

/** Stays the same while a message is stored. */
export function keyOf({ userId, clientMessageId }: ChatEntry): string {
  return `${userId} ${clientMessageId}`;
}

/** Whether it is the first of its day. */
export function beginsDay(previous: ChatEntry | undefined, message: ChatEntry): boolean {
  return !previous || !isSameDay(new Date(previous.sentAt), new Date(message.sentAt));
}

/**
 * Whether the name and the time stand above it: not, when the same person wrote the one before, under the same name and a
 * moment ago. Lines that the server wrote follow each other, whomever they are about.
 */
export function beginsGroup(previous: ChatEntry | undefined, message: ChatEntry): boolean {
  if (!previous || beginsDay(previous, message)) return true;
  if (isFromServer(message) || isFromServer(previous)) return isFromServer(message) !== isFromServer(previous);
  return (
    previous.userId !== message.userId ||
    previous.displayName !== message.displayName ||
    previous.isGuest !== message.isGuest ||
    Date.parse(message.sentAt) - Date.parse(previous.sentAt) >= longPause
  );
}

export const isFromServer = ({ kind }: ChatEntry) => kind !== 'text';
