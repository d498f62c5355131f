/** Staying who one is while tokens expire, and being nobody after a log-out. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { Session } from '@minimeet/protocol';
import { openBrowser, visit, type Visitor } from './support/browser.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';

const ada = { email: 'ada@example.org', password: 'correct horse' };

describe('a session', () => {
  let server: RunningServer;
  let browser: Browser;
  const visitors: Visitor[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startServer({ ADMIN_EMAIL: ada.email, ADMIN_PASSWORD: ada.password }),
      openBrowser(),
    ]);
  });

  afterEach(() => Promise.all(visitors.splice(0).map(({ context }) => context.close())));

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const open = async (path: string) => {
    const visitor = await visit(server.url + path, {}, browser);
    visitors.push(visitor);

    return visitor.page;
  };

  const guestOf = (page: Page) =>
    page.evaluate(() => JSON.parse(sessionStorage.getItem('minimeet.session') ?? 'null') as Session);

  const accountOf = (page: Page) =>
    page.evaluate(() => JSON.parse(localStorage.getItem('minimeet.account') ?? 'null') as Session | null);

  /** What a token is worth that expired while the tab slept. */
  const expire = (page: Page, storage: 'localStorage' | 'sessionStorage', key: string) =>
    page.evaluate(
      ([storage, key]) => {
        const session = JSON.parse(window[storage].getItem(key) as string) as Session;
        window[storage].setItem(key, JSON.stringify({ ...session, accessToken: 'expired' }));
      },
      [storage, key] as const,
    );

  it('of a guest goes on with other tokens when these have expired', async () => {
    const page = await open('/');
    await page.getByTestId('new-meeting-button').click();
    await page.getByTestId('pre-join').waitFor();
    const before = await guestOf(page);
    await expire(page, 'sessionStorage', 'minimeet.session');
    await page.reload();
    await page.getByTestId('name-input').fill('Grace');
    await page.getByTestId('join-button').click();
    await page.getByTestId('tile').waitFor();
    const after = await guestOf(page);

    expect(after.user.id).toBe(before.user.id);
    expect(after.accessToken).not.toBe('expired');
  });

  const logIn = async (page: Page, { email, password }: typeof ada) => {
    await page.getByTestId('email-input').fill(email);
    await page.getByTestId('password-input').fill(password);
    await page.getByTestId('log-in-button').click();
    await page.getByTestId('reports-link').waitFor();
  };

  it('of an account begins where one is made, and goes on in this browser alone with another password', async () => {
    const grace = { email: 'grace@example.org', password: 'a first password' };
    const laptop = await open('/login?from=/account');
    await laptop.getByTestId('sign-up-link').click();
    await laptop.getByTestId('username-input').fill('Grace');
    await laptop.getByTestId('email-input').fill(ada.email);
    await laptop.getByTestId('password-input').fill(grace.password);
    await laptop.getByTestId('sign-up-button').click();
    await laptop.getByTestId('sign-up-problem').getByText('There is an account').waitFor();
    await laptop.getByTestId('email-input').fill(grace.email);
    await laptop.getByTestId('sign-up-button').click();
    await laptop.getByTestId('account').getByText(`Grace, ${grace.email}`).waitFor();
    const otherTab = await laptop.context().newPage();
    await otherTab.goto(`${server.url}/account`);
    await otherTab.getByTestId('api-keys-table').waitFor();
    const phone = await open('/login');
    await logIn(phone, grace);

    const changePassword = async (current: string) => {
      await laptop.getByTestId('current-password-input').fill(current);
      await laptop.getByTestId('new-password-input').fill('another password');
      await laptop.getByTestId('change-password').click();
    };
    await changePassword('a wrong password');
    await laptop.getByTestId('password-problem').getByText('The current password is another one').waitFor();
    const before = (await accountOf(laptop)) as Session;
    await changePassword(grace.password);
    await laptop.getByTestId('notice').getByText('Your password is changed').waitFor();
    expect((await accountOf(laptop))?.user.id).toBe(before.user.id);
    await laptop.reload();
    await laptop.getByTestId('api-keys-table').waitFor();
    await otherTab.getByTestId('api-key-label').fill('Shop');
    await otherTab.getByTestId('api-key-password').fill(grace.password);
    await otherTab.getByTestId('make-api-key').click();
    await otherTab.getByTestId('api-key-problem').getByText('Your password is another one').waitFor();
    await otherTab.getByTestId('api-key-password').fill('another password');
    await otherTab.getByTestId('make-api-key').click();
    await otherTab.getByTestId('api-key-secret').waitFor();

    await otherTab.getByTestId('current-password-input').fill('another password');
    await otherTab.getByTestId('new-password-input').fill('a third password');
    await otherTab.getByTestId('revoke-api-keys').check();
    await otherTab.getByTestId('change-password').click();
    await otherTab.getByTestId('api-keys-table').getByText('There is none yet').waitFor();

    await phone.goto(`${server.url}/reports`);
    await phone.getByTestId('log-in').waitFor();
    await logIn(phone, { ...grace, password: 'a third password' });
  });

  it('of an account goes on in the same way, and ends on the server too when one logs out', async () => {
    const page = await open('/login');
    await logIn(page, ada);
    await expire(page, 'localStorage', 'minimeet.account');
    await page.goto(`${server.url}/live`);
    await page.getByTestId('live-server').first().waitFor();
    const { accessToken } = (await accountOf(page)) as Session;
    expect(accessToken).not.toBe('expired');

    const status = async () =>
      (await fetch(`${server.url}/users/me`, { headers: { authorization: `Bearer ${accessToken}` } })).status;
    expect(await status()).toBe(200);
    await page.getByTestId('log-out-button').click();
    await until(async () => (await status()) === 401);
    expect(await accountOf(page)).toBeNull();
  });

  it('of an account ends on all devices when one says so, after a question', async () => {
    const [laptop, phone] = [await open('/login'), await open('/login')];
    await logIn(laptop, ada);
    await logIn(phone, ada);
    await laptop.getByTestId('log-out-menu').click();
    await laptop.getByTestId('log-out-everywhere').click();
    await laptop.getByRole('button', { name: 'Cancel' }).click();
    await laptop.getByTestId('confirm-button').waitFor({ state: 'hidden' });
    expect(await accountOf(laptop)).not.toBeNull();

    await laptop.getByTestId('log-out-menu').click();
    await laptop.getByTestId('log-out-everywhere').click();
    await laptop.getByTestId('revoke-api-keys').check();
    const wishes = laptop.waitForRequest((request) => request.url().endsWith('/auth/logout-everywhere'));
    await laptop.getByTestId('confirm-button').click();
    expect((await wishes).postDataJSON()).toEqual({ revokeApiKeys: true });
    await laptop.getByTestId('log-in-link').waitFor();
    expect(await accountOf(laptop)).toBeNull();
    await phone.goto(`${server.url}/reports`);
    await phone.getByTestId('log-in').waitFor();
  });

  it('of a guest whom an administrator deletes is over, and no other guest comes in their place', async () => {
    const page = await open('/');
    await page.getByTestId('new-meeting-button').click();
    await page.getByTestId('pre-join').waitFor();
    await page.getByTestId('name-input').fill('Mallory');
    await page.getByTestId('join-button').click();
    await page.getByTestId('tile').waitFor();
    const { user } = await guestOf(page);
    const call = (method: string, path: string, body?: object, token?: string) =>
      fetch(server.url + path, {
        method,
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        ...(body && { body: JSON.stringify(body) }),
      });
    const { accessToken } = (await (await call('POST', '/auth/login', ada)).json()) as Session;
    const deleted = await call('DELETE', `/users/${user.id}`, undefined, accessToken);
    expect([deleted.status, await deleted.text()]).toEqual([204, '']);
    await page.getByTestId('meeting-over').getByText('Your access has ended').waitFor();
    await page.reload();
    await page.getByTestId('access-ended').waitFor();

    expect((await guestOf(page)).user.id).toBe(user.id);
  });

  it('of a guest is shared with a tab that was made a copy of this one', async () => {
    const page = await open('/');
    await page.getByTestId('new-meeting-button').click();
    await page.getByTestId('pre-join').waitFor();
    const before = await guestOf(page);
    const opening = page.waitForEvent('popup');
    // As duplicating a tab does, it copies what the tab keeps for itself.
    await page.evaluate(() => void window.open(location.href));
    const copy = await opening;
    await copy.getByTestId('pre-join').waitFor();
    expect((await guestOf(copy)).refreshToken).toBe(before.refreshToken);

    await Promise.all([page, copy].map((tab) => expire(tab, 'sessionStorage', 'minimeet.session')));
    // As the browser keeps who made the room, the same tokens lie there.
    await page.evaluate((key) => {
      const kept = JSON.parse(localStorage.getItem(key) as string) as { session: Session };
      kept.session.accessToken = 'expired';
      localStorage.setItem(key, JSON.stringify(kept));
    }, `minimeet.guest.${before.user.id}`);
    await page.reload();
    await page.getByTestId('pre-join').waitFor();
    const after = await guestOf(page);
    expect(after.refreshToken).not.toBe(before.refreshToken);
    const exchanges: string[] = [];
    copy.on('request', (request) => request.url().endsWith('/auth/refresh') && exchanges.push(request.url()));
    await copy.reload();
    await copy.getByTestId('pre-join').waitFor();

    // A second exchange of the same token, later than half a minute after the first, would end the session of both.
    expect(exchanges).toEqual([]);
    expect(await guestOf(copy)).toEqual(after);
  });
});
