/** A server in a process of its own, in which two bots meet with media while others do what they like. */
import { createRoom } from '../../../server/test/harness.js';
import { Bot } from '../../src/bot.js';
import { ExaminedServer } from '../../src/examined-server.js';
import { until } from '../../src/waiting.js';
import { joinSending, tokenOf } from './people.js';
import type { RawClient } from './raw-client.js';

/** Besides the bots: each sends two sources. */
const SENDERS = 5;
const many = '1000000';
/** So that noise comes further than to the limits. */
export const withoutLimits = {
  RATE_LIMIT_SOCKET_REQUESTS: many,
  RATE_LIMIT_SOCKET_BURST: many,
  RATE_LIMIT_USER_REQUESTS: many,
  RATE_LIMIT_MEDIA_REQUESTS: many,
  RATE_LIMIT_CHAT_MESSAGES: many,
  RATE_LIMIT_USER_CHAT_MESSAGES: many,
  RATE_LIMIT_USER_CONNECTIONS: many,
  RATE_LIMIT_USER_JOINS: many,
  RATE_LIMIT_DOOR_ATTEMPTS: many,
  RATE_LIMIT_FAILED_LOGINS: many,
  RATE_LIMIT_CHAT_HISTORY: many,
  RATE_LIMIT_USER_MEDIA_POINTS: many,
  RATE_LIMIT_SOCKET_REFUSALS: many,
  MAX_CONNECTIONS_PER_USER: '1000',
  MAX_SEATS_PER_USER: '1000',
  LOBBY_PLACES_PER_ADDRESS: '100',
};

export class Arena {
  private readonly bots: Bot[] = [];
  private readonly senders: RawClient[] = [];
  private lines = 0;

  private constructor(private readonly server: ExaminedServer) {}

  /** @param settings of the server, by their names in the environment */
  static async open(settings: Record<string, string | undefined>): Promise<Arena> {
    const server = await ExaminedServer.start(settings);
    const { url } = server;
    const host = await tokenOf(url, 'Grace');
    const { slug } = await createRoom(url, host, { maxParticipants: 500 });
    const arena = new Arena(server);
    for (const displayName of ['Ada', 'Bob']) {
      const bot = new Bot({ url, room: slug, displayName, rates: { framesPerSecond: 10, voicePacketsPerSecond: 20 } });
      arena.bots.push(bot);
      await bot.join();
    }
    for (let sender = 0; sender < SENDERS; sender += 1) {
      arena.senders.push(await joinSending(url, `Sender ${sender}`, slug));
    }
    await arena.expectMeetingGoesOn();
    await server.ask('keepOnAfterFaults');

    return arena;
  }

  get url(): string {
    return this.server.url;
  }

  /** Both bots see and hear each other from now on, what one writes reaches the other, and no socket was ended by a fault of the server. */
  async expectMeetingGoesOn(): Promise<void> {
    const metrics = await (await fetch(`${this.url}/metrics`)).text();
    const faulted = /^minimeet_\w*faults_total(?:\{.*\})? [1-9].*$/m.exec(metrics)?.[0];

    if (faulted !== undefined) {
      throw new Error(faulted);
    }
    const packets = (bot: Bot) => [...bot.media.incoming.values()].reduce((sum, { packets }) => sum + packets, 0);
    const before = this.bots.map(packets);
    const [writer, reader] = this.bots as [Bot, Bot];
    const text = `line ${(this.lines += 1)}`;
    const arrived = new Promise<void>((resolve) => {
      const unsubscribe = reader.client.subscribe(() => {
        if (reader.client.state.messages.some((message) => message.text === text)) {
          unsubscribe();
          resolve();
        }
      });
    });
    await writer.client.sendMessage(text);
    await arrived;
    await until('media arrives at both', () =>
      this.bots.every((bot, index) => packets(bot) > (before[index] ?? 0) + 20),
    );
  }

  /** What nothing caught since it was asked last, each once. */
  async faults(): Promise<string[]> {
    return [...new Set(await this.server.ask('faults'))];
  }

  async close(): Promise<void> {
    this.senders.forEach((client) => client.cut());
    await Promise.all(this.bots.map((bot) => bot.leave()));
    await this.server.stop();
  }
}
