/** Chat in MongoDB. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { limits, type ChatMessage, type Reaction } from '@minimeet/protocol';
import { Error as MongooseError, mongo, type QueryFilter } from 'mongoose';
import { DomainError } from '../common/domain-error.js';
import { Turns } from '../common/turns.js';
import { within } from '../common/within.js';
import { wordsToFind, wordsToKeep } from '../common/words.js';
import {
  assertMayDelete,
  boundedPage,
  ChatStore,
  type ChatPage,
  type ChatPageRequest,
  type ChatSearch,
  type ChatStoreOptions,
  type MessageDeletion,
  type NewChatMessage,
  type ReactionChange,
} from './chat-store.js';
import type { MongoMessage, MongoModels } from './mongo-models.js';
import { byEmoji, tooManyReactions } from './reactions.js';
import { toChatMessage } from './stored-message.js';

/** Milliseconds after which whoever asked is told that MongoDB does not answer: less than a request may take. */
const ANSWER_LIMIT = 6000;
/** Messages that are deleted with one command: a second's work at most, also on a slow disk. */
const PORTION = 500;
/** Milliseconds to wait at most before the next attempt at a number that another server took; grows with each. */
const COLLISION_PAUSE = 10;

/**
 * Codes with which MongoDB answers while it stops, changes its primary, lacks a majority or has a full disk
 * (https://www.mongodb.com/docs/manual/reference/error-codes/).
 */
const PASSING = new Set([64, 91, 189, 262, 10107, 11600, 11602, 13435, 13436, 14031]);

/** Rooms whose last number is remembered, so that a message costs no question. */
const MOST_ROOMS_KNOWN = 10_000;
/**
 * Milliseconds for which a last number is believed. Far less than the day for which messages are kept at least: a number that
 * another server gave meanwhile is still taken then, so the index refuses it. Once deleted, it would not.
 */
const BELIEVED_FOR = 300_000;

export interface MongoChatStoreOptions extends ChatStoreOptions {
  /** Told of each failure of the database. */
  failed?: () => void;
}

type Appended = { message: ChatMessage; stored: boolean };

export class MongoChatStore extends ChatStore {
  /** One message of a room after the other, so that this server does not race itself for numbers. */
  private readonly turns = new Turns();
  private readonly countTurns = new Turns();
  /** Numbers that were given in each room, here or elsewhere, and when that was known; there may be higher ones by now. */
  private readonly lastKnown = new Map<string, { sequence: number; since: number }>();
  /** Numbers up to which each room's document is known to count. */
  private readonly remembered = new Map<string, number>();
  private readonly failed: () => void;

  constructor(
    private readonly models: MongoModels,
    { failed = () => undefined, ...options }: MongoChatStoreOptions = {},
  ) {
    super(options);
    this.failed = failed;
  }

  override append(message: NewChatMessage): Promise<Appended> {
    return this.bounded(async (deadline) => {
      const { document, stored } = await this.turns.take(message.roomId, () => this.insert(message, deadline));
      await this.rememberSequence(document);
      return { message: fromDocument(document), stored };
    });
  }

  override page(roomId: string, { before, limit }: ChatPageRequest): Promise<ChatPage> {
    return this.bounded(async () => {
      const { messages, hasMore } = await this.newest({ roomId }, before, limit);
      return { messages: messages.reverse(), hasMore };
    });
  }

  override async search(roomId: string, { text, before, limit }: ChatSearch): Promise<ChatPage> {
    const words = wordsToFind(text);
    if (words.length === 0) {
      return { messages: [], hasMore: false };
    }
    return this.bounded(() => this.newest({ roomId, words: { $all: words } }, before, limit));
  }

  override react({ roomId, sequence, userId, emoji, reacted }: ReactionChange): Promise<Reaction[]> {
    return this.bounded(async () => {
      const message = { roomId, sequence, kind: 'text', sentAt: { $gt: this.keptSince } } as const;
      const one = { emoji, userId };
      // One update each, with its condition inside, so that none is lost where several react at once.
      const changed = await (reacted
        ? this.models.messages.findOneAndUpdate(
            { ...message, reactions: { $not: { $elemMatch: one } }, $expr: hasRoomFor(emoji) },
            { $push: { reactions: one } },
            { returnDocument: 'after', lean: true },
          )
        : this.models.messages.findOneAndUpdate(
            message,
            { $pull: { reactions: one } },
            { returnDocument: 'after', lean: true },
          ));
      const current = changed ?? (await this.models.messages.findOne(message).lean());
      if (!current) {
        throw new DomainError('message_not_found');
      }
      const reactions = byEmoji(current.reactions);
      if (
        reacted &&
        reactions.length >= limits.reactionsPerMessage &&
        !reactions.some((each) => each.emoji === emoji)
      ) {
        throw tooManyReactions();
      }
      return reactions;
    });
  }

  override delete({ roomId, sequence, writtenBy }: MessageDeletion): Promise<boolean> {
    return this.bounded(async () => {
      const message = {
        roomId,
        sequence,
        kind: { $in: ['text', 'deleted'] },
        sentAt: { $gt: this.keptSince },
      } as const;
      const found = await this.models.messages.findOne(message).lean();
      assertMayDelete(found, writtenBy);
      if (found?.kind === 'deleted') {
        return false;
      }
      await this.models.messages.updateOne(message, { $set: { kind: 'deleted', text: '', words: [], reactions: [] } });
      return true;
    });
  }

  override async deleteRoom(roomId: string): Promise<void> {
    let more: boolean;
    do {
      // Each portion has the time of one answer.
      more = await this.bounded(() => this.deletePortion(roomId));
    } while (more);
    // Last: where the messages could not be deleted, the number is still known.
    await this.bounded(() => this.models.rooms.deleteOne({ _id: roomId }));
    this.lastKnown.delete(roomId);
    this.remembered.delete(roomId);
  }

  /** Answers whether there may be more. */
  private async deletePortion(roomId: string): Promise<boolean> {
    const portion = await this.models.messages.find({ roomId }, { _id: 1 }).limit(PORTION).lean();
    await this.models.messages.deleteMany({ _id: { $in: portion.map(({ _id }) => _id) } });
    return portion.length === PORTION;
  }

  override refuses(error: unknown): boolean {
    return (
      error instanceof MongooseError.ValidationError ||
      (error instanceof mongo.MongoServerError && !PASSING.has(Number(error.code)))
    );
  }

  /**
   * Takes the number after the last that is known. Where another server took it first, the unique index refuses this one,
   * which then looks and tries the next; so there is never a gap, whenever a server dies.
   */
  private async insert(
    message: NewChatMessage,
    deadline: AbortSignal,
  ): Promise<{ document: MongoMessage; stored: boolean }> {
    const { roomId, userId, clientMessageId } = message;
    for (let attempt = 1; ; attempt++) {
      // Nobody waits for the answer any more; the message will be sent again.
      deadline.throwIfAborted();
      const last = this.believed(roomId) ?? (await this.lastSequence(roomId));
      const document = this.toDocument(message, last + 1);
      try {
        await this.models.messages.create(document);
        this.learn(roomId, document.sequence);
        return { document, stored: true };
      } catch (error) {
        if ((error as { code?: unknown }).code !== 11000) {
          throw error;
        }
      }
      const first = await this.models.messages.findOne({ roomId, userId, clientMessageId }).lean();
      if (first) {
        this.learn(roomId, first.sequence);
        return { document: first, stored: false };
      }
      this.lastKnown.delete(roomId);
      await delay(Math.random() * COLLISION_PAUSE * attempt);
    }
  }

  private believed(roomId: string): number | undefined {
    const known = this.lastKnown.get(roomId);
    // Also where the clock was set back: what is known then is older than it seems.
    return known && Math.abs(this.now().getTime() - known.since) < BELIEVED_FOR ? known.sequence : undefined;
  }

  private learn(roomId: string, sequence: number): void {
    if (sequence >= (this.believed(roomId) ?? 0)) {
      makeRoom(this.lastKnown);
      this.lastKnown.set(roomId, { sequence, since: this.now().getTime() });
    }
  }

  /** Of the messages and of those that retention has deleted. */
  private async lastSequence(roomId: string): Promise<number> {
    const [newest, room] = await Promise.all([
      this.models.messages.findOne({ roomId }, { sequence: 1 }).sort({ sequence: -1 }).lean(),
      this.models.rooms.findById(roomId).lean(),
    ]);
    return Math.max(newest?.sequence ?? 0, room?.lastSequence ?? 0);
  }

  /**
   * Before anybody is told of the message: a number that was seen is not given again, also when the message is deleted. One
   * update does it for all messages that were stored while another was under way.
   */
  private rememberSequence({ roomId, sequence }: MongoMessage): Promise<void> {
    return this.countTurns.take(roomId, async () => {
      if (sequence <= (this.remembered.get(roomId) ?? 0)) {
        return;
      }
      const lastSequence = Math.max(sequence, this.believed(roomId) ?? 0);
      const upsert = () => this.models.rooms.updateOne({ _id: roomId }, { $max: { lastSequence } }, { upsert: true });
      await upsert().catch((error: { code?: unknown }) => {
        // Another server made the room's document in the same moment; now it can be updated.
        if (error.code !== 11000) {
          throw error;
        }
        return upsert();
      });
      makeRoom(this.remembered);
      this.remembered.set(roomId, lastSequence);
    });
  }

  private async newest(
    filter: QueryFilter<MongoMessage>,
    before: number | undefined,
    limit: number,
  ): Promise<ChatPage> {
    const found = await this.models.messages
      .find({
        ...filter,
        ...(before !== undefined && { sequence: { $lt: before } }),
        sentAt: { $gt: this.keptSince },
      })
      .sort({ sequence: -1 })
      // One more than asked for, to see whether there is more.
      .limit(limit + 1)
      .lean();
    return boundedPage(found.map(fromDocument), limit);
  }

  private toDocument(
    { kind = 'text', sentAt = this.now(), ...message }: NewChatMessage,
    sequence: number,
  ): MongoMessage {
    return { ...message, _id: randomUUID(), sequence, kind, sentAt, words: wordsToKeep(message.text), reactions: [] };
  }

  private async bounded<Outcome>(step: (deadline: AbortSignal) => Promise<Outcome>): Promise<Outcome> {
    try {
      return await within(ANSWER_LIMIT, step(AbortSignal.timeout(ANSWER_LIMIT)));
    } catch (error) {
      if (!(error instanceof DomainError)) {
        this.failed();
      }
      throw error;
    }
  }
}

/** Everything may be forgotten: it is asked for again. */
function makeRoom(known: Map<string, unknown>): void {
  if (known.size >= MOST_ROOMS_KNOWN) {
    known.clear();
  }
}

/** Whether a message has this emoji already, or has not too many others. */
function hasRoomFor(emoji: string): object {
  const used = { $setUnion: ['$reactions.emoji', []] };
  return { $or: [{ $in: [emoji, used] }, { $lt: [{ $size: used }, limits.reactionsPerMessage] }] };
}

function fromDocument(document: MongoMessage): ChatMessage {
  return toChatMessage({ ...document, id: document._id, isGuest: document.isGuest ?? false }, document.reactions);
}
