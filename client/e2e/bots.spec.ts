/** What bots of the load tests send is a picture and a voice: a real browser sees and hears it, also as a probe of a load test. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bot } from '../../load-tests/src/bot.js';
import { Network } from '../../load-tests/src/webrtc/network-conditions.js';
import { complaintsOf, smallCamera, visit, type Visitor } from './support/browser.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';

const rates = { framesPerSecond: 15, voicePacketsPerSecond: 50, bitrateShare: 0.5 };

const loadCommand = resolve(import.meta.dirname, '../../load-tests/dist/load-command.js');

interface Received {
  kind: string;
  framesDecoded?: number;
  frameWidth?: number;
  frameHeight?: number;
  totalAudioEnergy?: number;
  packetsLost: number;
}

describe('a browser in a meeting of bots', () => {
  let server: RunningServer;
  let visitor: Visitor;
  const bots: Bot[] = [];

  beforeAll(async () => {
    server = await startServer();
  });

  afterAll(async () => {
    await Promise.all(bots.map((bot) => bot.leave()));
    await visitor?.browser.close();
    await server?.stop();
  });

  const received = () =>
    visitor.page.evaluate(async () => {
      const { peerConnections } = window as unknown as { peerConnections: RTCPeerConnection[] };
      const open = peerConnections.filter(({ connectionState }) => connectionState !== 'closed');
      const reports = await Promise.all(open.map((connection) => connection.getStats()));

      return reports
        .flatMap((report) => [...report.values()])
        .filter(({ type }) => type === 'inbound-rtp') as unknown as Received[];
    });

  it('sees both in a size that they send, also over a network that loses packets, and hears who speaks', async () => {
    const { room } = await openRoom(server.url, { name: 'Bots' });
    const bot = (displayName: string, network = new Network()) =>
      bots.push(
        new Bot({
          url: server.url,
          room: room.slug,
          displayName,
          rates,
          camera: { width: 1280, height: 720 },
          network,
        }),
      );
    bot('Ada');
    bot('Bob', new Network({ loss: 0.05, delay: 20, jitter: 5 }));
    bots[0]!.speaking = true;
    await Promise.all(bots.map((someone) => someone.join()));
    visitor = await visit(`${server.url}/r/${room.slug}?name=Grace&join=now&${smallCamera}`);

    await until(async () => {
      const videos = (await received()).filter(({ kind, framesDecoded = 0 }) => kind === 'video' && framesDecoded > 60);

      return videos.length === 2;
    });
    const sizes = (await received())
      .filter(({ kind, framesDecoded = 0 }) => kind === 'video' && framesDecoded > 0)
      .map(({ frameWidth, frameHeight }) => `${frameWidth}x${frameHeight}`);
    sizes.forEach((size) => expect(['320x180', '640x360', '1280x720']).toContain(size));
    await until(async () =>
      (await received()).some(({ kind, totalAudioEnergy = 0 }) => kind === 'audio' && totalAudioEnergy > 1e-4),
    );
    await until(() => bots[1]!.media.figures.packetsSentAgain > 0);
    expect(bots[1]!.media.figures.packetsWantedOfUs).toBeGreaterThan(0);
    await until(() => bots.every(({ media }) => media.firsts.keyFrame !== null));
    expect(bots.map(({ media }) => media.figures.undecipherable)).toEqual([0, 0]);
    expect(complaintsOf([visitor])).toEqual([]);
  });
});

describe('a load test with a browser among its bots', () => {
  it('tells what somebody at the browser sees and hears', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'minimeet-load-'));

    try {
      const json = join(folder, 'report.json');
      const bots = ['--participants', '3', '--join-rate', '10', '--duration', '2', '--browsers', '1', '--json', json];
      const { stdout } = await promisify(execFile)(process.execPath, [loadCommand, ...bots]);
      expect(stdout).toMatch(/^passed$/m);
      const { browsers } = JSON.parse(await readFile(json, 'utf8'));
      expect(browsers).toMatchObject([{ name: 'Browser 1', joined: true, pictures: { moving: 3 }, complaints: [] }]);
      expect(browsers[0].voices).toBeGreaterThan(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
