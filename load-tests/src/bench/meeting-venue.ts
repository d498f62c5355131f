/** MiniMeet as a venue: shows are meetings of bots. */
import { Bot } from '../bot.js';
import { ExaminedServer } from '../examined-server.js';
import { createRoom } from '../host-room.js';
import { inParallel, until } from '../waiting.js';
import { callsOver, type RouterCalls } from './router-calls.js';
import { cameraSize, joinsAtOnce, opened, type Show, type ShowOptions, type Venue } from './show.js';

const seats = 500;

export class MeetingVenue implements Venue {
  readonly kind = 'meeting';
  readonly router: RouterCalls;

  private constructor(private readonly server: ExaminedServer) {
    this.router = callsOver(server);
  }

  static async open(): Promise<MeetingVenue> {
    return new MeetingVenue(await ExaminedServer.start({ MEDIA_WORKERS: '1' }));
  }

  async begin(options: ShowOptions): Promise<Show> {
    const { slug } = await createRoom(this.server.url, 'Benchmark', seats);
    const { rates } = options;
    const show = new MeetingShow(
      options,
      (displayName) => new Bot({ url: this.server.url, room: slug, displayName, rates }),
    );

    return opened(show);
  }

  sent() {
    return this.server.ask('sent');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
  }
}

class MeetingShow implements Show {
  private readonly publishers: Bot[];
  private readonly viewers: Bot[] = [];

  constructor(
    { publishers, speakers }: ShowOptions,
    private readonly bot: (displayName: string) => Bot,
  ) {
    this.publishers = Array.from({ length: publishers }, (_, index) => bot(`Publisher ${index + 1}`));
    this.publishers.forEach((publisher, index) => (publisher.speaking = index < speakers));
  }

  get everyone() {
    return [...this.publishers, ...this.viewers].map(({ media }) => media);
  }

  async open(): Promise<void> {
    await inParallel(this.publishers, joinsAtOnce, async (publisher) => {
      await publisher.client.setView([]);
      await publisher.join();
    });
    await until('all publishers are there', () => this.publishers.every(({ publishes }) => publishes));
  }

  async grow(viewers: number): Promise<void> {
    const view = this.publishers.map(({ id }) => ({
      participantId: id,
      source: 'camera' as const,
      pinned: false,
      ...cameraSize,
    }));
    const newcomers = Array.from({ length: viewers - this.viewers.length }, (_, index) =>
      this.bot(`Viewer ${this.viewers.length + index + 1}`),
    );
    this.viewers.push(...newcomers);
    await inParallel(newcomers, joinsAtOnce, async ({ client }) => {
      await client.setView(view);
      await client.join();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await inParallel([...this.viewers, ...this.publishers], joinsAtOnce, (bot) => bot.leave());
  }
}
