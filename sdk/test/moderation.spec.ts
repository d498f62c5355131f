/**
 * Moderation through the client: what becomes of what somebody sends, and of their stay.
 *
 * @jest-environment ./sdk/test/webrtc-environment.js
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Room, Session } from '@minimeet/protocol';
import { createRoom, guest, startServer, type TestServer } from '../../server/test/harness.js';
import { signalingNetworkTo } from './networks.js';
import { SyntheticCamera, SyntheticMicrophone } from './node-webrtc.js';
import { everyoneGoesHome, Person, until } from './people.js';

describe('a client in a meeting with moderators', () => {
  let server: TestServer;
  let owner: Session;
  let room: Room;
  let host: Person;
  let ada: Person;

  beforeAll(async () => {
    server = await startServer();
    owner = await guest(server.url, 'Host');
  });

  beforeEach(async () => {
    room = await createRoom(server.url, owner.accessToken);
    host = new Person({ url: server.url, room: room.slug, accessToken: owner.accessToken });
    ada = new Person({ url: server.url, room: room.slug, displayName: 'Ada' });
    await host.client.join();
    await ada.joinAndPublish();
    await until(() => host.sees('Ada')?.media.microphone !== undefined);
  });

  afterEach(everyoneGoesHome);
  afterAll(() => server.stop());

  const idOfAda = () => ada.state.me!.id;

  it('is muted, knows by whom, and unmutes', async () => {
    const muted: string[] = [];
    ada.client.on('muted', ({ byParticipantId }) => muted.push(byParticipantId));
    await host.client.moderation.muteParticipant(idOfAda());
    await until(() => ada.state.localMedia.microphone?.paused === true);
    expect(muted).toEqual([host.state.me!.id]);
    expect(ada.microphone.track.enabled).toBe(false);
    await until(() => host.sees('Ada')?.media.microphone?.paused === true);

    await ada.client.unmute('microphone');
    await until(() => host.sees('Ada')?.media.microphone?.paused === false);
    await host.receivesMore(['Ada']);
  });

  it('stays muted where only moderators unmute', async () => {
    await host.client.moderation.setSwitches({ onlyModeratorsUnmute: true });
    await host.client.moderation.muteAll();
    await until(() => ada.state.switches.onlyModeratorsUnmute && ada.state.localMedia.microphone?.paused === true);

    await expect(ada.client.unmute('microphone')).rejects.toMatchObject({ code: 'not_allowed' });
    expect(ada.state.localMedia.microphone?.paused).toBe(true);
    expect(ada.microphone.track.enabled).toBe(false);
  });

  it('changes microphone, camera and screen without another right: the same producers carry them', async () => {
    await ada.client.publish('screen', new SyntheticCamera().track);
    await until(() => host.sees('Ada')?.media.screen !== undefined);
    await host.client.moderation.setSwitches({ onlyModeratorsUnmute: true });
    await until(() => ada.state.switches.onlyModeratorsUnmute);
    const producers = () =>
      Object.values(host.sees('Ada')!.media).map(({ source, producerId, paused }) => ({ source, producerId, paused }));
    const before = producers();
    const ended: string[] = [];
    host.client.on('track_ended', ({ source }) => ended.push(source));

    await ada.client.replaceTrack('microphone', new SyntheticMicrophone().track);
    await ada.client.replaceTrack('camera', new SyntheticCamera().track);
    await ada.client.replaceTrack('screen', new SyntheticCamera({ width: 320, height: 180 }).track);
    await host.receivesMore(['Ada'], ['microphone', 'camera', 'screen']);
    expect(producers()).toEqual(before);
    expect(before.map(({ paused }) => paused)).toEqual([false, false, false]);
    expect(ended).toEqual([]);
  });

  it('sends nothing any more as an attendee, and again as a speaker', async () => {
    await host.client.moderation.setRole(idOfAda(), 'attendee');
    await until(() => Object.keys(ada.state.localMedia).length === 0 && ada.state.me?.role === 'attendee');
    await until(() => Object.keys(host.sees('Ada')!.media).length === 0 && host.sees('Ada')?.role === 'attendee');
    await expect(ada.client.publish('camera', ada.camera.track)).rejects.toMatchObject({ code: 'not_allowed' });

    await host.client.moderation.setRole(idOfAda(), 'speaker');
    await ada.client.publish('camera', ada.camera.track);
    await host.receivesMore(['Ada'], ['camera']);
  });

  it('shows hands in their order, reactions, and that a message was deleted', async () => {
    const reactions: string[] = [];
    host.client.on('reaction', ({ emoji }) => reactions.push(emoji));
    await ada.client.moderation.setOwnHand(true);
    await host.client.moderation.setOwnHand(true);
    await until(() => ada.state.hands.length === 2);
    expect(ada.state.hands).toEqual([idOfAda(), host.state.me!.id]);
    await ada.client.moderation.sendReaction('🎉');
    await until(() => reactions.length === 1);

    const { sequence } = await ada.client.sendMessage('Something regrettable');
    await host.client.deleteMessage(sequence);
    await until(() => ada.state.messages.some(({ kind, text }) => kind === 'deleted' && text === ''));
    expect(host.state.messages.find((message) => message.sequence === sequence)?.kind).toBe('deleted');
  });

  it('is over for whoever is removed, and for everyone when the meeting is ended', async () => {
    await host.client.moderation.removeParticipant(idOfAda());
    await until(() => ada.state.status === 'ended');
    expect(ada.state.endReason).toBe('removed');

    await host.client.moderation.endMeeting();
    await until(() => host.state.status === 'ended');
    expect(host.state.endReason).toBe('ended');
  });

  it('is not looked for by who was removed while their connection was lost', async () => {
    const network = await signalingNetworkTo(server.url);
    const bob = new Person({ url: network.url, room: room.slug, displayName: 'Bob' });
    await bob.client.join();
    const { id } = bob.state.me!;
    network.down = true;
    network.cut();
    await until(() => host.sees('Bob')?.connected === false);
    await host.client.moderation.removeParticipant(id);
    network.down = false;
    await until(() => bob.state.status === 'failed');
    expect(bob.state.error?.code).toBe('not_allowed');
    await network.stop();
  });
});
