/** What a page has sent and received, over all its peer connections. */
import type { Page } from 'playwright-core';

export interface PageMedia {
  bytesSent: number;
  /** By encoder, the frames that it made: of each connection, and of each layer. */
  encoded: Record<string, number>;
  /** By stream of video, the frames that were shown. */
  decoded: Record<string, number>;
}

/** Of a page that browser-pages.ts opened. */
export function mediaOf(page: Page): Promise<PageMedia> {
  return page.evaluate(async () => {
    const { peerConnections } = window as unknown as { peerConnections: RTCPeerConnection[] };
    const reports = await Promise.all(peerConnections.map((connection) => connection.getStats()));
    const media = { bytesSent: 0, encoded: {} as Record<string, number>, decoded: {} as Record<string, number> };

    reports.forEach((report, connection) =>
      report.forEach(({ type, kind, id, bytesSent, headerBytesSent, framesEncoded, framesDecoded }) => {
        if (type === 'outbound-rtp') {
          media.bytesSent += bytesSent + headerBytesSent;
        }

        if (type === 'outbound-rtp' && kind === 'video') {
          media.encoded[`${connection} ${id}`] = framesEncoded;
        }

        if (type === 'inbound-rtp' && kind === 'video' && framesDecoded > 0) {
          media.decoded[`${connection} ${id}`] = framesDecoded;
        }
      }),
    );

    return media;
  });
}
