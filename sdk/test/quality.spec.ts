/**
 * Clients report how well they are connected, and the record of their meeting tells it.
 *
 * @jest-environment ./sdk/test/webrtc-environment.js
 */
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { MeetingReport, MeetingSummary, Page, Room, Session } from '@minimeet/protocol';
import { api, createRoom, guest, startServer, type TestServer } from '../../server/test/harness.js';
import { everyoneGoesHome, Person, until } from './people.js';

let server: TestServer;
let owner: Session;
let room: Room;

beforeAll(async () => {
  server = await startServer();
  owner = await guest(server.url, 'Olga');
  room = await createRoom(server.url, owner.accessToken);
});
afterEach(everyoneGoesHome);
afterAll(() => server.stop());

it('even of a meeting that was over before the first regular report', async () => {
  const [ada, bob] = await Promise.all(
    ['Ada', 'Bob'].map((displayName) => new Person({ url: server.url, room: room.slug, displayName }).joinAndPublish()),
  );
  await ada!.receivesMore(['Bob']);
  await bob!.receivesMore(['Ada']);
  await everyoneGoesHome();

  const { get } = api(server.url, owner.accessToken);
  const meetings = async () => (await get<Page<MeetingSummary>>(`/rooms/${room.id}/meetings`)).body.items;
  await until(async () => typeof (await meetings())[0]?.endedAt === 'string');
  const [meeting] = await meetings();
  const { body } = await get<MeetingReport>(`/meetings/${meeting!.id}`);

  expect(body.participants.map(({ leaveReason }) => leaveReason)).toEqual(['left', 'left']);
  for (const { quality } of body.participants) {
    expect(quality).toMatchObject({ roundTripTime: expect.any(Number), rating: expect.any(String) });
    expect(quality!.measuredSeconds).toBeGreaterThan(0);
    expect(quality!.recvBitrate).toBeGreaterThan(0);
    expect(quality!.sendBitrate).toBeGreaterThan(0);
  }
});
