/** What a page says where media does not get through, and that it says nothing where it does. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser, smallCamera, visit } from './support/browser.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';

/** Reserved for documentation (RFC 5737): nobody answers there. */
const NOWHERE = '192.0.2.1';

describe('a page whose media', () => {
  let browser: Browser;
  let server: RunningServer | undefined;

  beforeAll(async () => {
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const enter = async ({ url }: RunningServer) => {
    const { room } = await openRoom(url, { name: 'A room' });
    const { page, context } = await visit(
      `${url}/r/${room.slug}?name=Ada&join=now&${smallCamera}&microphone=off`,
      {},
      browser,
    );
    await page.getByTestId('tile').first().waitFor();

    return { page, context };
  };

  it('reaches nobody, as the server announces a wrong address, says so, stays in the meeting, and the operator is told', async () => {
    server = await startServer({ MEDIA_ANNOUNCED_ADDRESS: NOWHERE });
    const { page, context } = await enter(server);
    const alert = page.getByTestId('media-blocked');
    await alert.waitFor();

    expect(await alert.getAttribute('data-cause')).toBe('server');
    expect(await alert.textContent()).toContain('can’t reach this server');
    const { mediaReachable } = (await (await fetch(`${server.url}/health/ready`)).json()) as {
      mediaReachable: boolean;
    };
    expect(mediaReachable).toBe(false);
    expect(server.complaints().filter((line) => line.includes(NOWHERE))).toHaveLength(1);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/^minimeet_participants_media_blocked\{cause="server"\} 1$/m);
    expect(metrics).toMatch(/^minimeet_transport_connections_total\{outcome="ice_failed"\} [1-9]/m);
    // Over other transports as well, which come after all that a browser tries; nobody leaves or joins meanwhile.
    await until(
      async () =>
        (await page.evaluate(() => (window as unknown as { peerConnections: [] }).peerConnections.length)) > 2,
    );
    expect(await alert.isVisible()).toBe(true);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(
      /^minimeet_joins_total\{outcome="joined"\} 1$/m,
    );
    await context.close();
    await server.stop();
  });

  it('gets through says nothing of it', async () => {
    server = await startServer();
    const { page, context } = await enter(server);
    const connected = async () =>
      /^minimeet_transport_connections_total\{outcome="connected"\} [1-9]/m.test(
        await (await fetch(`${server!.url}/metrics`)).text(),
      );
    await until(connected);

    expect(await page.getByTestId('media-blocked').count()).toBe(0);
    const { mediaReachable } = (await (await fetch(`${server.url}/health/ready`)).json()) as {
      mediaReachable: boolean;
    };
    expect(mediaReachable).toBe(true);
    await context.close();
  });
});
