/** Those who meet by hand: guests, joined over raw connections, who send and receive without any media of their own. */
import type { RequestResult } from '@minimeet/protocol';
import { sending } from '../../../server/test/access-rules.js';
import { guest } from '../../../server/test/harness.js';
import { routerRtpCapabilities } from '../../../server/src/media/codecs.js';
import { RawClient } from './raw-client.js';
import type { OpenLink } from './raw-link.js';

export type Joined = RequestResult<'join_room'>;

/** What a browser says that shows others, so that consumers are offered to it. */
export const joinPayload = (roomId: string) => ({ roomId, rtpCapabilities: routerRtpCapabilities });

/** A token of a new guest. */
export async function tokenOf(url: string, displayName: string): Promise<string> {
  return (await guest(url, displayName)).accessToken;
}

/** Joined, and ready to receive what the others send. */
export async function join(
  url: string,
  token: string,
  roomId: string,
  openLink?: OpenLink,
): Promise<{ client: RawClient; joined: Joined }> {
  const client = await RawClient.enter(url, token, openLink);

  return { client, joined: await client.askWell('join_room', joinPayload(roomId)) };
}

/** Joined, with a camera and a microphone that all others are offered. */
export async function joinSending(url: string, displayName: string, roomId: string): Promise<RawClient> {
  const { client, joined } = await join(url, await tokenOf(url, displayName), roomId);
  for (const source of ['camera', 'microphone'] as const) {
    await client.askWell('produce', sending(joined.sendTransport.id, source));
  }

  return client;
}
