/** Writes a line into the chat for each arrival and departure, without ever keeping anyone waiting. */
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { serverMessageIdPrefixes, type ChatMessageKind, type LeaveReason } from '@minimeet/protocol';
import { PinoLogger } from 'nestjs-pino';
import { ChatStore, type NewChatMessage } from '../chat/chat-store.js';
import { MeetingChat } from './meeting-chat.js';
import type { Meeting } from './meeting.js';
import { Meetings } from './meetings.js';
import type { Participant } from './participant.js';

/** Lines that wait at most while the chat store is away: a large meeting that comes and goes some times. */
const LONGEST_QUEUE = 10_000;
/** Milliseconds between attempts to store a line; the first, and the longest after doubling. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5000;
/** Milliseconds that a server that stops gives to its last lines. */
const FAREWELL_LIMIT = 4000;

interface Line {
  meeting: Meeting;
  message: NewChatMessage;
}

@Injectable()
export class AttendanceMessages implements OnModuleInit, BeforeApplicationShutdown {
  private readonly waiting: Line[] = [];
  private writing: Promise<void> | null = null;
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
      this.writing,
      delay(FAREWELL_LIMIT, undefined, { signal: done.signal }).catch(() => undefined),
    ]);
    done.abort();

    if (this.waiting.length > 0) {
      this.logger.warn({ lines: this.waiting.length }, 'arrivals and departures not written into the chat');
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
    if (this.waiting.length === LONGEST_QUEUE) {
      this.logger.error({ roomId: meeting.room.id }, 'too many lines wait for the chat store; this one is lost');

      return;
    }

    const { userId, displayName } = participant.identity;
    this.waiting.push({
      meeting,
      message: {
        roomId: meeting.room.id,
        kind,
        userId,
        displayName,
        text: '',
        // The same one at each attempt, so that none is stored twice; and nobody departs twice.
        clientMessageId: `${serverMessageIdPrefixes[kind === 'joined' ? 'joined' : 'left']}${participant.id}`,
        sentAt: new Date(),
      },
    });
    this.writing ??= this.write().finally(() => (this.writing = null));
  }

  private forget(meeting: Meeting): void {
    const others = this.waiting.filter((line) => line.meeting.room.id !== meeting.room.id);
    this.waiting.splice(0, Infinity, ...others);
  }

  /** One after the other: a departure must not come before its arrival. Each is tried until it is stored. */
  private async write(): Promise<void> {
    let failures = 0;

    for (let line = this.waiting[0]; line; line = this.waiting[0]) {
      try {
        const { message } = await this.store.append(line.message);
        this.remove(line);
        await this.chat.tell(line.meeting, message);
        failures = 0;
      } catch (error) {
        if (failures === 0) {
          this.logger.warn({ error: String(error) }, 'the chat store does not take arrivals and departures; they wait');
        }

        if (this.stopping.signal.aborted) {
          return;
        }

        const pause = Math.min(FIRST_PAUSE * 2 ** failures, LONGEST_PAUSE);
        failures += 1;
        await delay(pause, undefined, { signal: this.stopping.signal, ref: false }).catch(() => undefined);
      }
    }
  }

  /** It may have been forgotten meanwhile. */
  private remove(line: Line): void {
    if (this.waiting[0] === line) {
      this.waiting.shift();
    }
  }
}
