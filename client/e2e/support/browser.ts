/** A real Chromium with fake cameras and microphones, and what its pages know about their media. */
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

/** A small capture, so that six senders and thirty receivers fit on two cores, slow ones too. */
export const smallCamera = 'camera=160x90@3';

/** Somebody at a browser of their own, and what it wrote to its console that nobody should have to read. */
export interface Visitor {
  browser: Browser;
  context: BrowserContext;
  page: Page;
  complaints: string[];
}

/**
 * Starts a Chromium. Many pages of one cost about half of what as many Chromiums cost; but the fake cameras of one now
 * and then stop all together when one of its pages reloads, so whoever reloads has one to themself.
 *
 * @param options.speech a WAV file that all its microphones play again and again; without one they beep once a second
 * @param options.command a command and parameters that run it, on another device for instance
 * @param options.framesPerSecond of its cameras
 * @param options.devices how many cameras and microphones it has
 * @param options.localhost the address of meet.localhost: pages of a localhost may use cameras without HTTPS
 */
export async function openBrowser({
  speech,
  command = [],
  framesPerSecond = 5,
  devices = 1,
  localhost,
}: {
  speech?: string;
  command?: string[];
  framesPerSecond?: number;
  devices?: number;
  localhost?: string;
} = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: join(import.meta.dirname, 'chromium.sh'),
    env: { ...process.env, MINIMEET_RUN_BY: command.join(' ') },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--use-fake-device-for-media-stream=device-count=${devices},fps=${framesPerSecond}`,
      '--use-fake-ui-for-media-stream',
      ...(speech === undefined ? [] : [`--use-file-for-fake-audio-capture=${speech}`]),
      ...(localhost === undefined ? [] : [`--host-resolver-rules=MAP meet.localhost ${localhost}`]),
      '--disable-renderer-backgrounding',
      '--disable-background-timer-throttling',
      '--autoplay-policy=no-user-gesture-required',
      // Sound, network and drawing in threads, not in processes of their own: a quarter less of the processor.
      '--disable-features=AudioServiceOutOfProcess,AudioServiceSandbox',
      '--enable-features=NetworkServiceInProcess2',
      '--in-process-gpu',
    ],
  });
}

/** Opens an address in the given browser or one of its own, and keeps the peer connections to look at. */
export async function visit(url: string, options: BrowserContextOptions = {}, given?: Browser): Promise<Visitor> {
  const browser = given ?? (await openBrowser());
  const context = await browser.newContext(options);
  // Milliseconds; no pace to keep.
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['warning', 'error', 'assert'].includes(message.type())) {
      complaints.push(`${new Date().toISOString()} ${message.type()}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  await page.addInitScript(keepPeerConnections);
  await page.goto(url);

  return { browser, context, page, complaints };
}

/** The complaints of all visitors. */
export function complaintsOf(visitors: Visitor[]): string[] {
  return visitors.flatMap(({ page, complaints }) => complaints.map((complaint) => `${page.url()}: ${complaint}`));
}

function keepPeerConnections(): void {
  const Original = window.RTCPeerConnection;
  const kept: RTCPeerConnection[] = [];

  Object.assign(window, {
    peerConnections: kept,
    RTCPeerConnection: class extends Original {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        kept.push(this);
      }
    },
  });
}

export interface MediaReport {
  /** Video and audio sources that this page uploads; simulcast layers are one source. */
  videoSourcesSent: number;
  audioSourcesSent: number;
  /** One entry for each remote track that was decoded at all. */
  videosReceived: { framesDecoded: number; frameWidth: number }[];
  audiosReceived: { bytesReceived: number }[];
}

/** What `getStats()` of all open peer connections of the page says. */
export async function mediaOf(page: Page): Promise<MediaReport> {
  return page.evaluate(async () => {
    const { peerConnections } = window as unknown as { peerConnections: RTCPeerConnection[] };
    const open = peerConnections.filter(({ connectionState }) => connectionState !== 'closed');
    const reports = await Promise.all(open.map((connection) => connection.getStats()));
    const entries = reports.flatMap((report) => [...report.values()]);
    const of = (type: string, kind: string) => entries.filter((entry) => entry.type === type && entry.kind === kind);
    const sending = (kind: string) => of('outbound-rtp', kind).filter(({ bytesSent }) => bytesSent > 0);
    const sources = (kind: string) => new Set(sending(kind).map(({ mediaSourceId, mid }) => mediaSourceId ?? mid)).size;

    return {
      videoSourcesSent: sources('video'),
      audioSourcesSent: sources('audio'),
      // The stream without frames is mediasoup's probing for bandwidth.
      videosReceived: of('inbound-rtp', 'video')
        .filter(({ framesDecoded }) => framesDecoded > 0)
        .map(({ framesDecoded, frameWidth }) => ({ framesDecoded, frameWidth })),
      audiosReceived: of('inbound-rtp', 'audio')
        .filter(({ bytesReceived }) => bytesReceived > 0)
        .map(({ bytesReceived }) => ({ bytesReceived })),
    };
  });
}
