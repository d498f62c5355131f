/**
 * Losing the connection, and coming back as the same participant.
 *
 * @jest-environment ./sdk/test/webrtc-environment.js
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Room, Session } from '@minimeet/protocol';
import type { MeetingState } from '@minimeet/sdk';
import { createRoom, guest, startServer, type TestServer } from '../../server/test/harness.js';
import { mediaNetwork, signalingNetworkTo, type MediaNetwork, type SignalingNetwork } from './networks.js';
import { handlerFactory } from './node-webrtc.js';
import { everyoneGoesHome, Person, until } from './people.js';

/** Nothing of this process runs for so many milliseconds, as on a machine that sleeps. */
const sleepFor = (milliseconds: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

describe('a participant whose connection is lost', () => {
  let server: TestServer;
  let host: Session;
  let network: SignalingNetwork;
  let media: MediaNetwork | null = null;
  let room: Room;

  beforeAll(async () => {
    server = await startServer({ RATE_LIMIT_CHAT_MESSAGES: '10000', RATE_LIMIT_SOCKET_BURST: '10000' });
    host = await guest(server.url, 'Host');
  });

  beforeEach(async () => {
    network = await signalingNetworkTo(server.url);
    room = await createRoom(server.url, host.accessToken);
  });

  afterEach(async () => {
    await everyoneGoesHome();
    await network.stop();
    media?.stop();
    media = null;
  });

  afterAll(() => server.stop());

  /** Whose connection this test may break. */
  const ada = (changes = {}) => new Person({ url: network.url, room: room.slug, displayName: 'Ada', ...changes });
  const other = (displayName: string) => new Person({ url: server.url, room: room.slug, displayName });

  const statusesOf = ({ client }: Person) => {
    const statuses: MeetingState['status'][] = [client.state.status];
    client.on('state', ({ status }) => {
      if (statuses.at(-1) !== status) statuses.push(status);
    });
    return statuses;
  };

  /** What somebody is told of the others' coming and going, and of tracks. */
  const newsOf = ({ client }: Person) => {
    const news: string[] = [];
    client.on('participant_joined', ({ displayName }) => news.push(`${displayName} came`));
    client.on('participant_left', ({ displayName }) => news.push(`${displayName} went`));
    client.on('track', ({ participant, source }) => news.push(`${participant.displayName}'s ${source}`));
    client.on('track_ended', ({ source }) => news.push(`no ${source}`));
    return news;
  };

  const lose = async (person: Person) => {
    network.down = true;
    network.cut();
    await until(() => person.state.status === 'reconnecting');
  };

  const comeBack = async (person: Person) => {
    network.down = false;
    await until(() => person.state.status === 'joined');
  };

  it('goes on to hear and see and to be heard and seen, and comes back as who they were', async () => {
    const [one, bob] = [await ada().joinAndPublish(), await other('Bob').joinAndPublish()];
    await Promise.all([one.receivesMore(['Bob']), bob.receivesMore(['Ada'])]);
    await one.client.mute('microphone');
    await until(() => bob.sees('Ada')?.media.microphone?.paused === true);
    const [statuses, newsOfAda, newsOfBob] = [statusesOf(one), newsOf(one), newsOf(bob)];
    const [me, localMedia, bobBefore, adaBefore] = [
      one.state.me,
      one.state.localMedia,
      one.sees('Bob'),
      bob.sees('Ada')!,
    ];

    await lose(one);
    await until(() => bob.sees('Ada')?.connected === false);
    await Promise.all([one.receivesMore(['Bob']), bob.receivesMore(['Ada'], ['camera'])]);
    await comeBack(one);
    await until(() => bob.sees('Ada')?.connected === true);
    await Promise.all([one.receivesMore(['Bob']), bob.receivesMore(['Ada'], ['camera'])]);

    expect(statuses).toEqual(['joined', 'reconnecting', 'joined']);
    expect(one.state).toMatchObject({ me, localMedia });
    expect(one.sees('Bob')).toBe(bobBefore);
    expect(bob.sees('Ada')).toEqual(adaBefore);
    expect([newsOfAda, newsOfBob]).toEqual([[], []]);

    await one.client.unmute('microphone');
    await bob.receivesMore(['Ada'], ['microphone']);
  });

  it('finds what the others did meanwhile', async () => {
    const one = await ada().joinAndPublish();
    const [bob, eve] = [await other('Bob').joinAndPublish(), await other('Eve').joinAndPublish()];
    await one.receivesMore(['Bob', 'Eve']);
    const news = newsOf(one);

    await lose(one);
    await eve.goHome();
    await bob.client.mute('microphone');
    const zoe = await other('Zoe').joinAndPublish();
    await comeBack(one);
    await Promise.all([one.receivesMore(['Zoe']), zoe.receivesMore(['Ada'])]);

    expect(one.state.participants.map(({ displayName }) => displayName)).toEqual(['Bob', 'Zoe']);
    expect(one.sees('Bob')!.media.microphone).toMatchObject({ paused: true });
    expect(news.slice(0, 4).sort()).toEqual(['Eve went', 'Zoe came', 'no camera', 'no microphone']);
    expect(news.slice(4).sort()).toEqual(["Zoe's camera", "Zoe's microphone"]);
    await bob.client.unmute('microphone');
    await one.receivesMore(['Bob']);
  });

  it('has their own wishes of meanwhile carried out', async () => {
    const [one, bob] = [await ada().joinAndPublish(), await other('Bob').joinAndPublish()];
    await bob.receivesMore(['Ada']);
    const { id } = one.state.me!;

    await lose(one);
    await Promise.all([one.client.mute('microphone'), one.client.unpublish('camera')]);
    await one.client.publish('screen', one.camera.track);
    await comeBack(one);
    await bob.receivesMore(['Ada'], ['screen']);
    await until(() => Object.keys(bob.sees('Ada')!.media).length === 2);

    expect(one.state.me!.id).toBe(id);
    expect(bob.sees('Ada')).toMatchObject({ id, media: { microphone: { paused: true }, screen: { paused: false } } });
  });

  it('shows and sees what was asked for meanwhile', async () => {
    const [one, bob] = [await ada().joinAndPublish(), await other('Bob').joinAndPublish()];
    await Promise.all([one.receivesMore(['Bob']), bob.receivesMore(['Ada'])]);
    await Promise.all([one.client.setView([]), bob.client.setView([])]);
    const held = () => [one.sees('Bob'), bob.sees('Ada')].map((seen) => seen?.media.camera?.held);
    await until(() => held().every((each) => each === true));

    await lose(one);
    const tileOf = (person: Person) =>
      ({ participantId: person.state.me!.id, source: 'camera', width: 320, height: 180, pinned: false }) as const;
    await bob.client.setView([tileOf(one)]);
    await one.client.setView([tileOf(bob)]);
    await comeBack(one);
    await Promise.all([one.receivesMore(['Bob'], ['camera']), bob.receivesMore(['Ada'], ['camera'])]);
    expect(held()).toEqual([false, false]);
  });

  it('whose wishes were under way has them carried out, wherever they were lost', async () => {
    const [one, bob] = [await ada().joinAndPublish(), await other('Bob').joinAndPublish()];
    const news = newsOf(bob);

    for (let round = 0; round < 6; round++) {
      const wishes = Promise.allSettled([
        round % 2 === 0 ? one.client.unpublish('camera') : one.client.publish('camera', one.camera.track),
        round % 2 === 0 ? one.client.mute('microphone') : one.client.unmute('microphone'),
      ]);
      await new Promise((resolve) => setTimeout(resolve, round * 4));
      network.cut();
      await wishes;
      await until(() => one.state.status === 'joined');
      await until(() => Object.keys(bob.sees('Ada')!.media).length === (round % 2 === 0 ? 1 : 2));
      await until(() => bob.sees('Ada')!.media.microphone!.paused === (round % 2 === 0));
    }

    await bob.receivesMore(['Ada']);
    expect(news.filter((each) => / (came|went)$/.test(each))).toEqual([]);
  });

  it('has every message once and in order, their own too', async () => {
    const [one, bob] = [ada(), other('Bob')];
    await Promise.all([one.client.join(), bob.client.join()]);
    const heard: string[] = [];
    one.client.on('message', ({ text }) => heard.push(text));
    const written: string[] = [];
    const write = async (count: number) => {
      for (let index = 0; index < count; index++) {
        written.push(`Bob ${written.length}`);
        await bob.client.sendMessage(written.at(-1)!);
      }
    };

    await write(3);
    await until(() => heard.length === 3);
    await bob.client.react(one.state.messages.at(-1)!.sequence!, '👍', true);
    await lose(one);
    const own = [one.client.sendMessage('Ada 0'), one.client.sendMessage('Ada 1')];
    await write(120);
    await bob.client.react(one.state.messages.find(({ text }) => text === 'Bob 0')!.sequence!, '🎉', true);
    const more = write(20);
    await comeBack(one);
    await Promise.all([more, ...own]);
    await until(() => heard.length === written.length);

    expect(heard).toEqual(written);
    const texts = one.state.messages.filter(({ kind }) => kind === 'text');
    expect(texts.filter(({ mine }) => !mine).map(({ text }) => text)).toEqual(written);
    expect(texts.filter(({ mine }) => mine).map(({ text, status }) => [text, status])).toEqual([
      ['Ada 0', 'sent'],
      ['Ada 1', 'sent'],
    ]);
    expect(texts.find(({ text }) => text === 'Bob 0')!.reactions).toMatchObject([{ emoji: '🎉' }]);
    const sequences = one.state.messages.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, index) => sequences[0]! + index));
  });

  it('comes back before anybody noticed where all packets stopped, and media finds its way again', async () => {
    media = await mediaNetwork(handlerFactory);
    const one = await ada({ handlerFactory: media.handlerFactory }).joinAndPublish();
    const bob = await other('Bob').joinAndPublish();
    await Promise.all([one.receivesMore(['Bob']), bob.receivesMore(['Ada'])]);
    const { me, localMedia } = one.state;
    const [statuses, news] = [statusesOf(one), newsOf(bob)];

    network.silence();
    media.down = true;
    await until(() => statuses.includes('reconnecting'), 60_000);
    media.down = false;
    await Promise.all([one.receivesMore(['Bob']), bob.receivesMore(['Ada'])]);

    expect(one.state).toMatchObject({ status: 'joined', me, localMedia });
    expect(media.connections).toBe(2);
    expect(news).toEqual([]);
  });

  it('leaves for good by leave(), also before the way back is found', async () => {
    const [one, bob] = [ada({ reconnect: { firstDelay: 30_000, longestDelay: 30_000 } }), other('Bob')];
    await Promise.all([one.client.join(), bob.client.join()]);
    await lose(one);
    await until(() => bob.sees('Ada')?.connected === false);
    network.down = false;
    await one.client.leave();
    await until(() => bob.sees('Ada') === undefined);
    expect(one.state).toMatchObject({ status: 'left', participants: [] });
  });

  it('joins anew where the seat was not kept that long, muted only if its own page was away and the application wants that', async () => {
    const impatient = await startServer({ RECONNECT_GRACE: '1' });
    const session = await guest(impatient.url, 'Host');
    room = await createRoom(impatient.url, session.accessToken);
    const near = await signalingNetworkTo(impatient.url);
    const [one, bob] = [
      ada({ url: near.url }),
      new Person({ url: impatient.url, room: room.slug, displayName: 'Bob' }),
    ];
    await Promise.all([one.joinAndPublish(), bob.joinAndPublish()]);
    await Promise.all([one.receivesMore(['Bob']), bob.receivesMore(['Ada'])]);
    const { id } = one.state.me!;
    const news = newsOf(bob);

    near.down = true;
    near.cut();
    await until(() => news.includes('Ada went'));
    near.down = false;
    await until(() => one.state.status === 'joined');
    await Promise.all([one.receivesMore(['Bob']), bob.receivesMore(['Ada'])]);
    expect(one.state.me!.id).not.toBe(id);
    expect(bob.state.participants).toHaveLength(1);
    expect(one.state.localMedia.microphone?.paused).toBe(false);

    const careful = ada({ url: near.url, displayName: 'Eve', reconnect: { firstDelay: 50, muteAfter: 1 } });
    await careful.joinAndPublish();
    await bob.receivesMore(['Eve']);
    const absences: number[] = [];
    careful.client.on('returned_muted', ({ awayMs }) => absences.push(awayMs));
    near.down = true;
    near.cut();
    await until(() => bob.sees('Eve') === undefined);
    near.down = false;
    await bob.receivesMore(['Eve']);
    expect(absences).toEqual([]);
    expect(bob.sees('Eve')!.media).toMatchObject({ microphone: { paused: false }, camera: { paused: false } });

    near.down = true;
    near.cut();
    await until(() => bob.sees('Eve') === undefined);
    sleepFor(6000);
    near.down = false;
    await until(() => bob.sees('Eve')?.media.camera !== undefined && bob.sees('Eve')?.media.microphone !== undefined);
    expect(absences).toHaveLength(1);
    expect(absences[0]).toBeGreaterThanOrEqual(6000);
    expect(bob.sees('Eve')!.media).toMatchObject({ microphone: { paused: true }, camera: { paused: true } });
    await careful.client.unmute('camera');
    await bob.receivesMore(['Eve'], ['camera']);

    await everyoneGoesHome();
    await near.stop();
    await impatient.stop();
  });
});
