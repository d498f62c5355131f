/** A server that is stopped or killed and started again, as the people in the meeting and before it see that. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { complaintsOf, smallCamera, visit, type Visitor } from './support/browser.js';
import { watchPauses } from './support/pauses.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';

/** What Chromium itself writes of each attempt to reach a server that is not there, or that goes in that moment. */
const isOfAbsence = (complaint: string) =>
  /net::ERR_CONNECTION_(REFUSED|RESET|CLOSED)|net::ERR_EMPTY_RESPONSE|WebSocket connection to .+ failed: (WebSocket is closed before|Connection closed before)/.test(
    complaint,
  );

describe('a restart of the server', () => {
  let server: RunningServer;
  let visitors: Visitor[] = [];

  afterEach(async () => {
    await Promise.all(visitors.map(({ browser }) => browser.close()));
    await server.stop();
    const complaints = complaintsOf(visitors).filter((complaint) => !isOfAbsence(complaint));
    visitors = [];
    expect(complaints).toEqual([]);
  });

  const open = async (path: string) => {
    const visitor = await visit(server.url + path);
    visitors.push(visitor);

    return visitor.page;
  };

  /** Somebody who owns the room, as they opened it in this very browser, and somebody else. */
  const meet = async () => {
    const ada = await open('/');
    await ada.getByTestId('new-meeting-button').click();
    await ada.getByTestId('pre-join').waitFor();
    const { pathname } = new URL(ada.url());
    await ada.goto(`${server.url}${pathname}?name=Ada&join=now&${smallCamera}`);
    const bob = await open(`${pathname}?name=Bob&join=now&${smallCamera}`);
    await Promise.all([ada, bob].map(seesSomebodyMove));

    return { ada, bob, slug: pathname.split('/').at(-1) as string };
  };

  /** More pictures of somebody else are shown than have been until now. */
  const seesSomebodyMove = async (page: Page) => {
    const shown = () =>
      page.evaluate(() => {
        const video = document.querySelector<HTMLVideoElement>('[data-testid="tile"]:not([data-own]) video');

        return video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
      });
    let before = await shown();
    await until(async () => {
      const now = await shown();
      const moves = now > before + 2;
      // It may be another tile by now.
      before = Math.min(before, now);

      return moves;
    });
  };

  const tileOf = (page: Page, name: string): Locator => page.getByTestId('tile').filter({ hasText: name });

  const write = async (page: Page, text: string) => {
    await page.getByTestId('chat-input').fill(text);
    await page.getByTestId('chat-input').press('Enter');
  };

  const sentMessage = (page: Page, text: string) =>
    page.getByTestId('chat-message').filter({ hasText: text }).and(page.locator('[data-status=sent]'));

  /** The status of what only a room's owner may, asked for with the token of this page. */
  const renamingRoom = async (page: Page, slug: string) => {
    const session = await page.evaluate(() => sessionStorage.getItem('minimeet.session'));
    const { accessToken } = JSON.parse(session ?? '{}') as { accessToken: string };
    const { status } = await fetch(`${server.url}/rooms/${slug}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: '{"name":"Still ours"}',
    });

    return status;
  };

  it.each(['SIGTERM', 'SIGKILL'] as const)('by %s brings everybody back as who they were', async (signal) => {
    const graceSeconds = 8;
    server = await startServer({ SHUTDOWN_DRAIN: '3', RECONNECT_GRACE: String(graceSeconds) });
    const { ada, bob, slug } = await meet();
    await ada.getByTestId('toolbar-microphone').click();
    await tileOf(bob, 'Ada').getByTestId('tile-muted').waitFor();
    for (const page of [ada, bob]) await page.getByTestId('toolbar-chat').click();
    await write(ada, 'before');
    await sentMessage(bob, 'before').waitFor();
    const [atAda, atBob] = [await watchPauses(ada), await watchPauses(bob)];

    const ended = server.end(signal);
    if (signal === 'SIGTERM') {
      await Promise.all([ada, bob].map((page) => page.getByTestId('server-stopping').waitFor()));
    }
    await Promise.all([ada, bob].map((page) => page.getByTestId('reconnecting').waitFor()));
    const code = await ended;
    await write(bob, 'meanwhile');
    // Nobody is muted because the server was away for longer than it keeps seats.
    if (signal === 'SIGKILL') await new Promise((resolve) => setTimeout(resolve, 1000 * (graceSeconds + 1)));
    await server.startAgain();
    const readyAt = Date.now();
    await Promise.all([ada, bob].map((page) => page.getByTestId('reconnecting').waitFor({ state: 'detached' })));
    await Promise.all([ada, bob].map(seesSomebodyMove));

    expect(code).toBe(signal === 'SIGTERM' ? 0 : null);
    await tileOf(bob, 'Ada').getByTestId('tile-muted').waitFor();
    expect(await ada.getByTestId('toolbar-microphone').getAttribute('data-state')).toBe('off');
    expect(await tileOf(ada, 'Bob').getByTestId('tile-muted').count()).toBe(0);
    for (const [page, device] of [
      [ada, 'camera'],
      [bob, 'camera'],
      [bob, 'microphone'],
    ] as const)
      expect(await page.getByTestId(`toolbar-${device}`).getAttribute('data-state')).toBe('on');
    for (const page of [ada, bob]) expect(await page.getByTestId('returned-muted').count()).toBe(0);
    for (const page of [ada, bob]) {
      for (const text of ['before', 'meanwhile']) await sentMessage(page, text).waitFor();
      expect(await page.getByTestId('chat-message').count()).toBe(2);
      expect(await page.getByTestId('tile').count()).toBe(2);
    }
    expect([await renamingRoom(ada, slug), await renamingRoom(bob, slug)]).toEqual([200, 403]);
    const pauses = [(await atAda()).Bob!, (await atBob()).Ada!];
    const told = pauses.map(({ longest, endedAt }) => `${longest} ms (${endedAt - readyAt} ms)`);
    process.stderr.write(
      `Longest pause between two pictures over a restart by ${signal} (of that after the server was ready): ${told.join(', ')}\n`,
    );
  });

  it('is waited for before a meeting, which is then entered', async () => {
    server = await startServer({ SHUTDOWN_DRAIN: '600' });
    const { room } = await openRoom(server.url, { name: 'Stays' });
    const inside = await open(`/r/${room.slug}?name=Ada&join=now&camera=off`);
    await inside.getByTestId('tile').waitFor();
    const { room: next } = await openRoom(server.url, { name: 'Next' });
    const outside = await open(`/r/${next.slug}?name=Bob&camera=off`);
    await outside.getByTestId('join-button').waitFor();

    const ended = server.end('SIGTERM');
    await inside.getByTestId('server-stopping').waitFor();
    await outside.getByTestId('join-button').click();
    await outside.getByTestId('join-delay').waitFor();
    expect(await outside.getByTestId('join-delay').textContent()).toContain('The server is being restarted');
    await inside.getByTestId('toolbar-leave').click();
    expect(await ended).toBe(0);
    await server.startAgain();
    await outside.getByTestId('tile').waitFor();
  });
});
