/**
 * A meeting that is too much for one media worker, with real ICE, DTLS, SRTP, encoders and decoders.
 *
 * @jest-environment ./sdk/test/webrtc-environment.js
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Room } from '@minimeet/protocol';
import { createRoom, guest, startServer, type TestServer } from '../../server/test/harness.js';
import { Meetings } from '../../server/src/meetings/meetings.js';
import type { Meeting } from '../../server/src/meetings/meeting.js';
import { everyoneGoesHome, Person, until } from './people.js';

/** From the second on, what is reserved for those who are there makes the other worker worthwhile. */
const names = ['Ada', 'Bob', 'Cem', 'Dan'];
/** Milliseconds for which a picture stays at least when its consumer is gone; a slow machine may need longer for the next. */
const pictureStays = 4500;

describe('a meeting on several workers', () => {
  let server: TestServer;
  let room: Room;

  beforeAll(async () => {
    server = await startServer({
      MEETING_VOICES: '9',
      MEDIA_WORKERS: '2',
      MEDIA_SPREAD_LOAD: '1',
      MEDIA_WORKER_TIMEOUT: '3',
    });
  });

  beforeEach(async () => {
    const { accessToken } = await guest(server.url, 'Host');
    room = await createRoom(server.url, accessToken);
  });

  afterEach(everyoneGoesHome);
  afterAll(() => server.stop());

  const joined = (displayName: string) =>
    new Person({ url: server.url, room: room.slug, displayName }).joinAndPublish();

  const gather = async () => {
    const people: Person[] = [];

    for (const name of names) {
      people.push(await joined(name));
    }

    const meeting = (await server.app.get(Meetings).running(room.id)) as Meeting;
    const workerOf = ({ state }: Person) => meeting.participants.get(state.me?.id ?? '')?.placed.worker;
    const first = workerOf(people[0] as Person);

    return {
      people,
      meeting,
      here: people.filter((each) => workerOf(each) === first),
      there: people.filter((each) => workerOf(each) !== first),
      workerOf,
    };
  };

  const others = (name: string) => names.filter((other) => other !== name);
  const nameOf = ({ state }: Person) => state.me?.displayName ?? '';

  it('lets everybody see and hear everybody, wherever they were placed', async () => {
    const { people, here, there } = await gather();
    expect(here.length).toBeGreaterThan(0);
    expect(there.length).toBeGreaterThan(0);

    await Promise.all(people.map((each) => each.receivesMore(others(nameOf(each)))));
  }, 300_000);

  it('pipes nothing any more once nobody is left on the other worker', async () => {
    const { meeting, there } = await gather();
    await until(() => meeting.pipes > 0);
    await Promise.all(there.map((each) => each.goHome()));
    await until(() => meeting.pipes === 0);
  }, 300_000);

  it('goes on when one of its workers dies, for those who were there over other transports', async () => {
    const { people, meeting, here, there, workerOf } = await gather();
    await Promise.all(people.map((each) => each.receivesMore(others(nameOf(each)))));
    const idsBefore = people.map(({ state }) => state.me?.id);
    const dying = workerOf(there[0] as Person);
    const withoutPicture = new Set<string>();
    const killed = performance.now();
    const look = ({ state }: Person) =>
      state.participants
        .filter(({ media }) => !media.camera?.track && performance.now() - killed < pictureStays)
        .forEach(({ displayName }) => withoutPicture.add(displayName));
    people.forEach((each) => each.client.subscribe(() => look(each)));
    process.kill(dying?.worker.pid ?? 0, 'SIGKILL');

    await until(() => there.every((each) => workerOf(each) !== dying));
    await Promise.all(here.map((each) => each.receivesMore(here.map(nameOf).filter((name) => name !== nameOf(each)))));
    await until(() =>
      people.every(({ state }) => state.status === 'joined' && state.participants.length === names.length - 1),
    );
    await Promise.all(people.map((each) => each.receivesMore(others(nameOf(each)))));

    expect(people.map(({ state }) => state.me?.id)).toEqual(idsBefore);
    // The last picture stays, on either worker, until there is the next, or for five seconds.
    expect([...withoutPicture]).toEqual([]);
    expect(meeting.ended).toBe(false);
  }, 300_000);

  it('goes on when one of its workers hangs, for those who were there over other transports', async () => {
    const { people, here, workerOf } = await gather();
    await Promise.all(people.map((each) => each.receivesMore(others(nameOf(each)))));
    const hanging = workerOf(here[0] as Person);
    process.kill(hanging?.worker.pid ?? 0, 'SIGSTOP');

    await until(() => here.every((each) => workerOf(each) !== hanging));
    await Promise.all(people.map((each) => each.receivesMore(others(nameOf(each)))));
  }, 300_000);
});
