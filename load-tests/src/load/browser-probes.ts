/** Real Chromium pages among the bots: whether somebody at a browser sees and hears them, and how well. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** Of client/e2e/support/browser.ts, what is needed here. It is no part of this program, and Node reads its types away. */
interface BrowserSupport {
  smallCamera: string;
  openBrowser(): Promise<Browser>;
  visit(url: string, options: BrowserContextOptions, browser: Browser): Promise<{ page: Page; complaints: string[] }>;
}

const support = new URL('../../../client/e2e/support/browser.ts', import.meta.url).href;

export interface BrowserFigures {
  name: string;
  room: number;
  joined: boolean;
  /** Pictures that moved at the end, with frames a second and width on average. */
  pictures: { moving: number; framesPerSecond: number; width: number };
  voices: number;
  freezes: number;
  /** Of packets, 0 to 1. */
  loss: number;
  /** Milliseconds; `null` where it is not known. */
  roundTrip: number | null;
  complaints: string[];
}

interface Stream {
  id: string;
  kind: string;
  framesDecoded: number;
  frameWidth: number;
  freezeCount: number;
  packetsReceived: number;
  packetsLost: number;
  bytesReceived: number;
}

/** Milliseconds in which a page has to join and to see the first picture, and over which pictures have to move. */
const joinLimit = 60_000;
const window = 3000;
const lookInterval = 250;

interface Probe {
  name: string;
  room: number;
  page: Page;
  complaints: string[];
  joined: boolean;
}

export class BrowserProbes {
  private readonly probes: Probe[] = [];

  private constructor(
    private readonly browser: Browser,
    private readonly visit: BrowserSupport['visit'],
    private readonly camera: string,
  ) {}

  /** Rejects where there is no browser. */
  static async open(): Promise<BrowserProbes> {
    const { openBrowser, smallCamera, visit } = (await import(support)) as BrowserSupport;

    return new BrowserProbes(await openBrowser(), visit, smallCamera);
  }

  /** Opens so many pages, one after the other, each in another of the rooms while there are such, until it is told to end. */
  async join(url: string, rooms: readonly string[], count: number, signal?: AbortSignal): Promise<void> {
    for (let index = 0; index < count && !signal?.aborted; index++) {
      const room = index % rooms.length;
      const name = `Browser ${index + 1}`;
      const address = `${url}/r/${rooms[room]}?name=${encodeURIComponent(name)}&join=now&${this.camera}`;
      const { page, complaints } = await this.visit(address, {}, this.browser);
      const probe = { name, room, page, complaints, joined: false };
      this.probes.push(probe);
      probe.joined = await sees(page, signal);
    }
  }

  figures(): Promise<BrowserFigures[]> {
    return Promise.all(this.probes.map(figuresOf));
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

async function sees(page: Page, signal?: AbortSignal): Promise<boolean> {
  for (
    const end = performance.now() + joinLimit;
    performance.now() < end && !signal?.aborted;
    await delay(lookInterval)
  ) {
    if ((await streamsOf(page)).some(({ kind, framesDecoded }) => kind === 'video' && framesDecoded > 0)) {
      return true;
    }
  }

  return false;
}

async function figuresOf({ page, ...probe }: Probe): Promise<BrowserFigures> {
  const before = new Map((await streamsOf(page)).map((stream) => [stream.id, stream]));
  await delay(window);
  const streams = await streamsOf(page);
  const since = (stream: Stream, what: 'framesDecoded' | 'bytesReceived') =>
    stream[what] - (before.get(stream.id)?.[what] ?? 0);
  const moving = streams.filter((stream) => stream.kind === 'video' && since(stream, 'framesDecoded') > 0);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const sum = (of: (stream: Stream) => number) => streams.reduce((total, stream) => total + of(stream), 0);
  const lost = sum(({ packetsLost }) => packetsLost);

  return {
    ...probe,
    pictures: {
      moving: moving.length,
      framesPerSecond: mean(moving.map((stream) => since(stream, 'framesDecoded') / (window / 1000))),
      width: mean(moving.map(({ frameWidth }) => frameWidth)),
    },
    voices: streams.filter((stream) => stream.kind === 'audio' && since(stream, 'bytesReceived') > 0).length,
    freezes: sum(({ freezeCount }) => freezeCount),
    loss: lost / Math.max(1, lost + sum(({ packetsReceived }) => packetsReceived)),
    roundTrip: await roundTripOf(page),
  };
}

function streamsOf(page: Page): Promise<Stream[]> {
  return page.evaluate(async () => {
    const { peerConnections } = globalThis as unknown as { peerConnections: RTCPeerConnection[] };
    const open = peerConnections.filter(({ connectionState }) => connectionState !== 'closed');
    const reports = await Promise.all(open.map((connection) => connection.getStats()));

    return reports
      .flatMap((report) => [...report.values()])
      .filter(({ type }) => type === 'inbound-rtp')
      .map((entry) => ({
        id: entry.id,
        kind: entry.kind,
        framesDecoded: entry.framesDecoded ?? 0,
        frameWidth: entry.frameWidth ?? 0,
        freezeCount: entry.freezeCount ?? 0,
        packetsReceived: entry.packetsReceived ?? 0,
        packetsLost: entry.packetsLost ?? 0,
        bytesReceived: entry.bytesReceived ?? 0,
      }));
  });
}

function roundTripOf(page: Page): Promise<number | null> {
  return page.evaluate(async () => {
    const { peerConnections } = globalThis as unknown as { peerConnections: RTCPeerConnection[] };
    const reports = await Promise.all(peerConnections.map((connection) => connection.getStats()));
    const seconds = reports
      .flatMap((report) => [...report.values()])
      .find(({ type, nominated }) => type === 'candidate-pair' && nominated)?.currentRoundTripTime as
      number | undefined;

    return seconds === undefined ? null : seconds * 1000;
  });
}
