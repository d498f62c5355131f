/** How much media flows in a meeting. */
import type { WebRtcTransport } from 'mediasoup/types';
import { within } from '../common/within.js';
import type { Participant } from './participant.js';

/** Milliseconds. A worker that hangs never answers. */
const PATIENCE = 1000;

/** Bit/s, retransmissions included, without what ICE, DTLS and RTCP take. */
export interface MediaBitrates {
  incoming: number;
  outgoing: number;
}

/** What arrives from and leaves for all of them now. Whoever goes meanwhile does not count. */
export async function measureBitrates(participants: Iterable<Participant>): Promise<MediaBitrates> {
  const measured = await Promise.all([...participants].map(bitratesOf));

  return {
    incoming: measured.reduce((sum, { incoming }) => sum + incoming, 0),
    outgoing: measured.reduce((sum, { outgoing }) => sum + outgoing, 0),
  };
}

async function bitratesOf({ media: { sendTransport, recvTransport } }: Participant): Promise<MediaBitrates> {
  const [sending, receiving] = await Promise.all([statsOf(sendTransport), statsOf(recvTransport)]);

  return {
    incoming: (sending?.rtpRecvBitrate ?? 0) + (sending?.rtxRecvBitrate ?? 0),
    outgoing: (receiving?.rtpSendBitrate ?? 0) + (receiving?.rtxSendBitrate ?? 0),
  };
}

/** Nothing of a transport that is closed, or whose worker hangs, or died while it was asked. */
async function statsOf(transport: WebRtcTransport) {
  try {
    return (await within(PATIENCE, transport.getStats()))[0];
  } catch {
    return undefined;
  }
}
