/** The chat of the meetings: keeps what is written and how people react, and tells the others. */
import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { ChatMessage, Reaction } from '@minimeet/protocol';
import { PinoLogger } from 'nestjs-pino';
import { ChatStore, type ChatPage, type ChatPageRequest, type ChatSearch } from '../chat/chat-store.js';
import { DomainError } from '../common/domain-error.js';
import { Turns } from '../common/turns.js';
import type { Meeting } from './meeting.js';
import { Meetings } from './meetings.js';
import type { Participant } from './participant.js';

interface MeetingChatEvents {
  /** What came of a message that somebody wrote; `repeated`: it was stored before, and sent again. */
  written: [outcome: 'stored' | 'repeated' | 'failed'];
}

@Injectable()
export class MeetingChat extends EventEmitter<MeetingChatEvents> {
  /** Sequences of which each meeting has been told. */
  private readonly told = new WeakMap<Meeting, Set<number>>();
  /** Sequences of which each meeting has been told that they are deleted. */
  private readonly toldDeleted = new WeakMap<Meeting, Set<number>>();
  private readonly reactionTurns = new Turns();

  constructor(
    private readonly meetings: Meetings,
    private readonly store: ChatStore,
    private readonly logger: PinoLogger,
  ) {
    super();
    logger.setContext(MeetingChat.name);
  }

  /**
   * Stores a participant's message and sends it to the others, unless they have it.
   *
   * @throws chat_unavailable; the message may be stored then, and is told when it is sent again
   */
  async send(
    meeting: Meeting,
    participant: Participant,
    { text, clientMessageId }: { text: string; clientMessageId: string },
  ): Promise<ChatMessage> {
    const { userId, displayName, isGuest } = participant.identity;
    const roomId = meeting.room.id;
    const appended = await this.store
      .append({ roomId, userId, displayName, isGuest, text, clientMessageId })
      .catch((error: unknown) => {
        this.emit('written', 'failed');

        return this.unavailable(meeting, error);
      });
    this.emit('written', appended.stored ? 'stored' : 'repeated');

    // One that was stored by an earlier attempt has reached nobody if that attempt was given up before its answer.
    if (appended.stored || appended.message.sequence > (meeting.newestMessageBefore ?? 0)) {
      await this.tell(meeting, appended.message, participant);
    }

    return appended.message;
  }

  /** Sends a stored message to everyone, or to everyone but its writer, unless they were told of it before. */
  async tell(meeting: Meeting, message: ChatMessage, except: Participant | null = null): Promise<void> {
    const current = await this.currentOf(meeting);
    const told = this.told.get(current) ?? new Set();
    this.told.set(current, told);

    if (!told.has(message.sequence)) {
      told.add(message.sequence);
      current.messages += message.kind === 'text' ? 1 : 0;
      current.broadcast({ event: 'new_message', payload: { message } }, except);
    }
  }

  /** A page of the room's messages, oldest first. @throws chat_unavailable */
  history(meeting: Meeting, request: ChatPageRequest): Promise<ChatPage> {
    return this.store.page(meeting.room.id, request).catch((error: unknown) => this.unreadable(meeting, error));
  }

  /** A page of the room's messages that have these words, newest first. @throws chat_unavailable */
  search(meeting: Meeting, search: ChatSearch): Promise<ChatPage> {
    return this.store.search(meeting.room.id, search).catch((error: unknown) => this.unreadable(meeting, error));
  }

  /**
   * Adds or takes back a participant's reaction, and tells the others.
   *
   * @throws message_not_found, not_allowed, chat_unavailable
   */
  react(
    meeting: Meeting,
    participant: Participant,
    { sequence, emoji, reacted }: { sequence: number; emoji: string; reacted: boolean },
  ): Promise<Reaction[]> {
    const roomId = meeting.room.id;
    const { userId } = participant.identity;

    // In turns, so that the last that is told of a message is the last that is so.
    return this.reactionTurns.take(`${roomId} ${sequence}`, async () => {
      const reactions = await this.store
        .react({ roomId, sequence, userId, emoji, reacted })
        .catch((error: unknown) => this.unavailable(meeting, error, 'Reactions cannot be stored now; try again'));
      (await this.currentOf(meeting)).broadcast(
        { event: 'message_reactions', payload: { sequence, reactions } },
        participant,
      );

      return reactions;
    });
  }

  /**
   * Deletes what a participant wrote, or, for a moderator, what anybody did, and tells the others.
   *
   * @throws message_not_found, not_allowed, chat_unavailable
   */
  delete(meeting: Meeting, participant: Participant, sequence: number): Promise<void> {
    const roomId = meeting.room.id;
    const moderates = participant.rights.has('moderate');

    // In turn with the reactions, so that none comes to what is deleted.
    return this.reactionTurns.take(`${roomId} ${sequence}`, async () => {
      const deleted = await this.store
        .delete({ roomId, sequence, writtenBy: moderates ? null : participant.userId })
        .catch((error: unknown) => this.unavailable(meeting, error, 'The message cannot be deleted now; try again'));
      const current = await this.currentOf(meeting);
      const told = this.toldDeleted.get(current) ?? new Set();
      this.toldDeleted.set(current, told);

      // Once: to delete again is no news. One that an earlier attempt deleted, whose answer was given up, is.
      if (deleted || !told.has(sequence)) {
        told.add(sequence);
        current.broadcast({ event: 'message_deleted', payload: { sequence } }, participant);

        if (moderates) {
          meeting.moderation.noteDeletion(participant, sequence);
        }
      }
    });
  }

  /** While the store was asked, the meeting may have ended and another one begun in its room. */
  private async currentOf(meeting: Meeting): Promise<Meeting> {
    return meeting.ended ? ((await this.meetings.running(meeting.room.id)) ?? meeting) : meeting;
  }

  private unreadable(meeting: Meeting, error: unknown): never {
    return this.unavailable(meeting, error, 'The messages cannot be read now; try again');
  }

  private unavailable(meeting: Meeting, error: unknown, sentence?: string): never {
    if (error instanceof DomainError) {
      throw error;
    }

    this.logger.warn({ roomId: meeting.room.id, error: String(error) }, 'chat store failed');
    throw new DomainError('chat_unavailable', sentence);
  }
}
