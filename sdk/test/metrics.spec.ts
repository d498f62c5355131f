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
  await until(async () => {
    series = await scrape();

    return value('available_outgoing_bytes_per_second_count') > 0 && value('worker_transports{worker="0"}') === 4;
  });

  expect(value('worker_producers{worker="0",kind="video",state="flowing"}')).toBe(2);
  expect(value('worker_consumers{worker="0",kind="video",state="flowing"}')).toBe(2);
  expect(value('consumer_scores{kind="video",score="10"}')).toBe(2);
  expect(value('worker_routers{worker="0"}')).toBe(1);
  for (const direction of ['in', 'out']) {
    for (const kind of ['audio', 'video']) {
      expect(value(`rtp_packets_total{direction="${direction}",kind="${kind}"}`)).toBeGreaterThan(0);
      expect(value(`rtp_bytes_total{direction="${direction}",kind="${kind}"}`)).toBeGreaterThan(0);
    }
    expect(value(`transport_bytes_total{direction="${direction}"}`)).toBeGreaterThan(
      value(`rtp_bytes_total{direction="${direction}",kind="video"}`),
    );
  }
  // 300 kbit/s and more.
  expect(value('available_outgoing_bytes_per_second_sum')).toBeGreaterThan(40_000);
});
