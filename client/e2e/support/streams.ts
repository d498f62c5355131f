/** What a page sends, by device, and what it receives, by stream. */
import type { Page } from 'playwright-core';
import { until } from './until.js';

type Kind = 'audio' | 'video';

/** Labels of what is sent right now. */
export const labelsSent = (page: Page) =>
  page.evaluate(() => {
    const { peerConnections } = window as unknown as { peerConnections: RTCPeerConnection[] };
    const tracks = peerConnections.flatMap((connection) => connection.getSenders().map(({ track }) => track));

    return tracks.flatMap((track) => (track?.readyState === 'live' ? [track.label] : []));
  });

/** Waits until the device with this label is sent. */
export const sends = (page: Page, label: string) => until(async () => (await labelsSent(page)).includes(label));

/** How much arrives here from everybody else: frames or energy, and over which streams. */
export const received = (page: Page, kind: Kind) =>
  page.evaluate(async (wanted) => {
    const { peerConnections } = window as unknown as { peerConnections: RTCPeerConnection[] };
    const reports = await Promise.all(peerConnections.map((connection) => connection.getStats()));
    const streams = reports
      .flatMap((report) => [...report.values()])
      .filter(
        ({ type, kind, framesDecoded, packetsReceived }) =>
          type === 'inbound-rtp' && kind === wanted && (wanted === 'audio' ? packetsReceived > 0 : framesDecoded > 0),
      );

    return {
      streams: streams.map(({ ssrc }) => ssrc as number).sort(),
      amount: streams.reduce(
        (sum, { framesDecoded, totalAudioEnergy }) => sum + (framesDecoded ?? totalAudioEnergy),
        0,
      ),
    };
  }, kind);

/** Waits until more arrives than has until now; answers over which streams. */
export const receivesMore = async (page: Page, kind: Kind) => {
  await until(async () => (await received(page, kind)).streams.length > 0);
  const before = await received(page, kind);
  await until(async () => (await received(page, kind)).amount > before.amount);

  return (await received(page, kind)).streams;
};
