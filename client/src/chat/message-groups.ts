/** How a list of messages is broken up for reading: by day, and by who wrote several in a row. */
import type { ChatEntry } from '@minimeet/sdk';
import { isSameDay } from './message-time';

export interface MessageGroup {
  /** Of its first message; stays the same while the group grows. */
  key: string;
  userId: string;
  displayName: string;
  mine: boolean;
  /** When the first one was sent. */
  sentAt: Date;
  messages: ChatEntry[];
  /** Lines that the server wrote, whomever they are about. */
  fromServer: boolean;
  /** The first group of its day. */
  beginsDay: boolean;
}

/** A pause of this many milliseconds begins a new group. */
const longPause = 5 * 60_000;

export function groupMessages(messages: readonly ChatEntry[]): MessageGroup[] {
  const groups: MessageGroup[] = [];
  let previousTime: Date | null = null;
  for (const message of messages) {
    const sentAt = new Date(message.sentAt);
    const beginsDay = !previousTime || !isSameDay(previousTime, sentAt);
    const group = groups.at(-1);
    const continues =
      group &&
      previousTime &&
      !beginsDay &&
      (group.fromServer
        ? isFromServer(message)
        : isSameWriter(group, message) && Number(sentAt) - Number(previousTime) < longPause);
    if (continues) group.messages.push(message);
    else {
      const { clientMessageId, userId, displayName, mine } = message;
      groups.push({
        key: `${userId} ${clientMessageId}`,
        userId,
        displayName,
        mine,
        sentAt,
        messages: [message],
        fromServer: isFromServer(message),
        beginsDay,
      });
    }
    previousTime = sentAt;
  }
  return groups;
}

const isFromServer = ({ kind }: ChatEntry) => kind !== 'text';

/** A person who changed their name begins a new group. */
const isSameWriter = (group: MessageGroup, message: ChatEntry) =>
  !isFromServer(message) && group.userId === message.userId && group.displayName === message.displayName;
