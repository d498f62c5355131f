/**
 * What a server tells of the media of clients that adapt to their bandwidth.
 *
 * @jest-environment ./sdk/test/webrtc-environment.js
 */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { createRoom, guest, startServer, type TestServer } from '../../server/test/harness.js';
import { seriesOf, type Series } from '../../server/test/prometheus.js';
import { everyoneGoesHome, Person, until } from './people.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterEach(everyoneGoesHome);
afterAll(() => server.stop());

const scrape = async (): Promise<Series> => seriesOf(await (await fetch(`${server.url}/metrics`)).text());

it('how much they can receive, how their streams are, and all that flows', async () => {
  const { accessToken } = await guest(server.url, 'Host');
  const room = await createRoom(server.url, accessToken);
  const [ada, bob] = await Promise.all(
    ['Ada', 'Bob'].map((displayName) => new Person({ url: server.url, room: room.slug, displayName }).joinAndPublish()),
  );
  await ada!.receivesMore(['Bob']);
  await bob!.receivesMore(['Ada']);

  let series: Series = new Map();
  const value = (name: string) => series.get(`minimeet_${name}`) ?? 0;
  const directions = ['in', 'out'] as const;
  // A busy machine may lose a packet: what does not have the best score has nearly that.
  const goodScores = () =>
    [8, 9, 10].reduce((sum, score) => sum + value(`consumer_scores{kind="video",score="${score}"}`), 0);
  const isTold = (): Record<string, boolean> => ({
    transports: value('worker_transports{worker="0"}') === 4,
    routers: value('worker_routers{worker="0"}') === 1,
    producers: value('worker_producers{worker="0",kind="video",state="flowing"}') === 2,
    consumers: value('worker_consumers{worker="0",kind="video",state="flowing"}') === 2,
    scores: goodScores() === 2,
    flow: directions.every((direction) =>
      ['audio', 'video'].every((kind) =>
        ['rtp_packets_total', 'rtp_bytes_total'].every(
          (name) => value(`${name}{direction="${direction}",kind="${kind}"}`) > 0,
        ),
      ),
    ),
    whatTransportsAdd: directions.every(
      (direction) =>
        value(`transport_bytes_total{direction="${direction}"}`) >
        value(`rtp_bytes_total{direction="${direction}",kind="video"}`),
    ),
    // Above 200 kbit/s, in one look at least.
    bandwidth:
      value('available_outgoing_bytes_per_second_count') >
      value('available_outgoing_bytes_per_second_bucket{le="25000"}'),
  });
  const missing = () => Object.entries(isTold()).flatMap(([what, told]) => (told ? [] : [what]));
  await until(async () => {
    series = await scrape();

    return missing().length === 0;
  }).catch(() => undefined);

  expect(missing()).toEqual([]);
});
