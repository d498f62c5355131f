/** A host keeps a meeting in order: two people at their browsers, and one at the door. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Session } from '@minimeet/protocol';
import type { Locator, Page } from 'playwright-core';
import { complaintsOf, openBrowser, smallCamera, visit, type Visitor } from './support/browser.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';

const phone = { viewport: { width: 400, height: 800 }, hasTouch: true, isMobile: true };

describe('a host', () => {
  let server: RunningServer;
  let slug: string;
  let visitors: Visitor[] = [];
  let host: Page;
  let bob: Page;

  beforeAll(async () => {
    server = await startServer();
  });

  beforeEach(async () => {
    const { room, session } = await openRoom(server.url, { name: 'Order' });
    slug = room.slug;
    // Two people, each with a browser of their own.
    host = await open(`${server.url}/`, {}, await openBrowser());
    await becomeOwner(host, session);
    await host.goto(`${server.url}/r/${slug}?join=now&${smallCamera}`);
    bob = await open(`${server.url}/r/${slug}?name=Bob&join=now&${smallCamera}`, phone, await openBrowser());
    await Promise.all([host, bob].map((page) => page.getByTestId('tile').nth(1).waitFor()));
    await host.getByTestId('toolbar-people').click();
  });

  afterEach(async () => {
    await Promise.all([...new Set(visitors.map(({ browser }) => browser))].map((browser) => browser.close()));
    const complaints = complaintsOf(visitors);
    visitors = [];
    expect(complaints).toEqual([]);
  });

  afterAll(() => server?.stop());

  const open = async (url: string, options: Parameters<typeof visit>[1], browser: Visitor['browser']) => {
    const visitor = await visit(url, options, browser);
    visitors.push(visitor);

    return visitor.page;
  };

  /** Where the client keeps who a tab is. */
  const becomeOwner = (page: Page, session: Session) =>
    page.evaluate((stored) => sessionStorage.setItem('minimeet.session', stored), JSON.stringify(session));

  const person = (name: string): Locator => host.getByTestId('person').filter({ hasText: name });

  const doToBob = async (entry: string) => {
    await person('Bob').getByTestId('person-menu').click();
    await host.getByTestId(`person-${entry}`).click();
  };

  /** A title inside a picture is attached, not visible. */
  const bobIsMarked = (mark: string) =>
    person('Bob').locator('title').filter({ hasText: mark }).waitFor({ state: 'attached' });

  const microphoneIs = (page: Page, state: 'on' | 'off') =>
    page.locator(`[data-testid=toolbar-microphone][data-state=${state}]`).waitFor();

  it('mutes somebody, who unmutes, gives them another role, and takes their sign', async () => {
    expect(await person('Host').getByTestId('person-role').textContent()).toBe('Host');
    await microphoneIs(bob, 'on');
    await doToBob('mute');
    await microphoneIs(bob, 'off');
    await bob.getByTestId('notice').filter({ hasText: 'Host muted you.' }).waitFor();
    await bobIsMarked('Microphone off');
    await bob.getByTestId('toolbar-microphone').click();
    await bobIsMarked('Microphone on');

    await bob.getByTestId('toolbar-more').click();
    await bob.getByTestId('toolbar-hand').click();
    await person('Bob').getByTestId('person-hand').filter({ hasText: '1' }).waitFor();
    await host.locator('[data-testid=tile]:not([data-own]) [data-testid=tile-hand]').waitFor();
    await doToBob('lower-hand');
    await person('Bob').getByTestId('person-hand').waitFor({ state: 'detached' });
    await bob.getByTestId('toolbar-more').click();
    await bob.getByTestId('toolbar-react').click();
    await bob.locator('[data-testid=emoji-choice][data-emoji="🎉"]').click();
    await host.getByTestId('shown-reaction').filter({ hasText: 'Bob' }).waitFor();

    await doToBob('make-attendee');
    await person('Bob').getByTestId('person-role').filter({ hasText: 'Attendee' }).waitFor();
    await microphoneIs(bob, 'off');
    await bobIsMarked('Camera off');
    await bob.locator('[data-testid=toolbar-camera][aria-disabled=true]').waitFor();

    await doToBob('make-moderator');
    await bob.getByTestId('toolbar-microphone').click();
    await bobIsMarked('Microphone on');
    await bob.getByTestId('toolbar-people').click();
    await bob.getByTestId('mute-all').click();
    await microphoneIs(host, 'off');
  });

  it('locks the meeting, removes somebody for good, and ends it', async () => {
    await host.getByTestId('lock-meeting').click();
    await host.locator('[data-testid=lock-meeting][aria-pressed=true]').waitFor();
    const eve = await open(`${server.url}/r/${slug}?name=Eve&join=now&${smallCamera}`, {}, visitors[0]!.browser);
    await eve.getByText('The meeting is locked').waitFor();
    await host.getByTestId('lock-meeting').click();
    await host.locator('[data-testid=lock-meeting][aria-pressed=false]').waitFor();
    await eve.getByTestId('join-button').click();
    await person('Eve').waitFor();

    await doToBob('remove');
    await host.getByTestId('ban').click();
    await host.getByTestId('confirm-button').click();
    await bob.getByTestId('meeting-over').filter({ hasText: 'You were removed' }).waitFor();
    await person('Bob').waitFor({ state: 'detached' });
    await bob.getByTestId('rejoin-button').click();
    await bob.getByText('You were removed from this meeting').waitFor();

    await host.getByTestId('meeting-menu').click();
    await host.getByTestId('end-meeting').click();
    await host.getByTestId('confirm-button').click();
    await Promise.all(
      [host, eve].map((page) =>
        page.getByTestId('meeting-over').filter({ hasText: 'The meeting was ended' }).waitFor(),
      ),
    );
  });
});
