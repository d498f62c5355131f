/** Writes a line into the chat for each arrival and departure, without ever keeping anyone waiting. */
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { serverMessageIdPrefixes, type ChatMessageKind, type LeaveReason } from '@minimeet/protocol';
import { PinoLogger } from 'nestjs-pino';
import { ChatStore, type NewChatMessage } from '../../chat/chat-store.js';
import { Turns } from '../../common/turns.js';
import { MeetingChat } from '../meeting-chat.js';
import type { Meeting } from '../meeting.js';
import { Meetings } from '../meetings.js';
import type { Participant } from '../participant.js';

/** Lines that wait at most while the chat store is away: a large meeting that comes and goes some times. */
const LONGEST_QUEUE = 10_000;
/** Milliseconds between attempts to store a line; the first, and the longest after doubling. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5000;
/** How often a line is tried that the store, which takes others, refuses. */
const MOST_REFUSALS = 6;
/** Milliseconds that a server that stops gives to its last lines. */
const FAREWELL_LIMIT = 4000;

interface Line {
  meeting: Meeting;
  message: NewChatMessage;
}

@Injectable()
export class AttendanceMessages implements OnModuleInit, BeforeApplicationShutdown {
  /** Each with a promise that settles when nothing more is tried. */
  private readonly waiting = new Map<Line, Promise<void>>();
  /** One line of a room after the other: a departure must not come before its arrival. */
  private readonly turns = new Turns();
  private away = false;
  private readonly stopping = new AbortController();

  constructor(
    private readonly meetings: Meetings,
    private readonly chat: MeetingChat,
    private readonly store: ChatStore,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(AttendanceMessages.name);
  }

  onModuleInit(): void {
    this.meetings.on('meeting_began', (meeting) => {
      meeting.on('participant_joined', (participant) => this.add(meeting, participant, 'joined'));
      meeting.on('participant_left', (participant, reason) => this.addDeparture(meeting, participant, reason));
    });
  }

  /** The last departures are stored, if that can be done soon. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    const done = new AbortController();
    await Promise.race([
      Promise.all([...this.waiting.values()]),
      delay(FAREWELL_LIMIT, undefined, { signal: done.signal }).catch(() => undefined),
    ]);
    done.abort();

    if (this.waiting.size > 0) {
      this.logger.warn({ lines: this.waiting.size }, 'arrivals and departures not written into the chat');
    }
  }

  private addDeparture(meeting: Meeting, participant: Participant, reason: LeaveReason): void {
    if (meeting.closeReason === 'room_deleted') {
      // Its chat is deleted as well; what is written now would stay behind.
      this.forget(meeting);
    } else {
      this.add(meeting, participant, reason === 'removed' ? 'removed' : 'left');
    }
  }

  private add(meeting: Meeting, participant: Participant, kind: ChatMessageKind): void {
    if (this.waiting.size >= LONGEST_QUEUE) {
      this.logger.error({ roomId: meeting.room.id }, 'too many lines wait for the chat store; this one is lost');

      return;
    }

    const { userId, displayName, isGuest } = participant.identity;
    const roomId = meeting.room.id;
    const line: Line = {
      meeting,
      message: {
        roomId,
        kind,
        userId,
        displayName,
        isGuest,
        text: '',
        // The same one at each attempt, so that none is stored twice; and nobody departs twice.
        clientMessageId: `${serverMessageIdPrefixes[kind === 'joined' ? 'joined' : 'left']}${participant.id}`,
        sentAt: new Date(),
      },
    };
    this.waiting.set(
      line,
      this.turns.take(roomId, () => this.write(line)),
    );
  }

  private forget(meeting: Meeting): void {
    for (const line of this.waiting.keys()) {
      if (line.message.roomId === meeting.room.id) {
        this.waiting.delete(line);
      }
    }
  }

  /** Tries until it is stored, forgotten or refused for good. */
  private async write(line: Line): Promise<void> {
    let refusals = 0;

    for (let pause = FIRST_PAUSE; this.waiting.has(line); pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        const { message } = await this.store.append(line.message);
        this.waiting.delete(line);
        this.note(false);
        await this.chat.tell(line.meeting, message);
      } catch (error) {
        const refused = this.store.refuses(error);
        refusals += refused ? 1 : 0;

        if (refusals >= MOST_REFUSALS) {
          this.waiting.delete(line);
          this.logger.error(
            { roomId: line.message.roomId, error: String(error) },
            'the chat store refuses an arrival or a departure; this line is lost',
          );
        } else if (!refused) {
          this.note(true);
        }

        if (this.stopping.signal.aborted) {
          return;
        }

        await delay(pause, undefined, { signal: this.stopping.signal, ref: false }).catch(() => undefined);
      }
    }
  }

  /** One line of the log when the store goes. */
  private note(away: boolean): void {
    if (away && !this.away) {
      this.logger.warn('the chat store does not take arrivals and departures; they wait');
    }

    this.away = away;
  }
}
