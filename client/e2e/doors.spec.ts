/** Who may come in: a password, the lobby, members alone and whom an application sends, as the owner sets them and those outside meet them. */
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { JoinToken, NewApiKey, Room, Session } from '@minimeet/protocol';
import type { Browser, Page } from 'playwright-core';
import { availability, startTestServer } from '../../scripts/test-servers/index.mjs';
import { complaintsOf, openBrowser, smallCamera, visit, type Visitor } from './support/browser.js';
import { startServer, type RunningServer } from './support/server.js';

const emailOf = (name: string) => `${name.toLowerCase()}@example.org`;
const exampleFile = resolve(import.meta.dirname, '../../docs/examples/host-application.mjs');

describe('the door of a meeting', () => {
  let server: RunningServer;
  let browsers: Browser[] = [];
  let visitors: Visitor[] = [];
  let isExpected: (complaint: string) => boolean = () => false;

  beforeAll(async () => {
    server = await startServer();
    browsers = await Promise.all([openBrowser(), openBrowser()]);
  });

  afterEach(async () => {
    await Promise.all(visitors.map(({ context }) => context.close()));
    // A browser writes every refused request to the console; a stranger's is one, that of who was put out, and one for nobody.
    const unexpected = complaintsOf(visitors).filter(
      (complaint) => !/status of 40[134]/.test(complaint) && !isExpected(complaint),
    );
    visitors = [];
    isExpected = () => false;
    expect(unexpected).toEqual([]);
  });

  afterAll(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await server?.stop();
  });

  const open = async (browser: number, path: string, options: Parameters<typeof visit>[1] = {}) => {
    const visitor = await visit(server.url + path, options, browsers[browser]);
    visitors.push(visitor);

    return visitor.page;
  };

  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

  /** Somebody who has just made an account. */
  const signUp = async (browser: number, name: string, from: string, options = {}) => {
    const page = await open(browser, `/signup?from=${from}`, options);
    await page.getByTestId('username-input').fill(name);
    await page.getByTestId('email-input').fill(emailOf(name));
    await page.getByTestId('password-input').fill('a long enough password');
    await page.getByTestId('sign-up-button').click();
    await page.getByTestId('sign-up').waitFor({ state: 'detached' });

    return page;
  };

  /** Somebody who has made a meeting of their own and is in it. */
  const owner = async (person?: Page, roomName = '') => {
    const page = person ?? (await open(0, '/'));
    await page.getByTestId('room-name-input').fill(roomName);
    await page.getByTestId('new-meeting-button').click();
    await page.getByTestId('pre-join').waitFor();
    const path = new URL(page.url()).pathname;
    await page.goto(`${server.url}${path}?name=Ada&join=now&${smallCamera}`);
    await page.getByTestId('tile').waitFor();

    return { page, path };
  };

  const changeRoom = async (page: Page, change: (dialog: ReturnType<Page['getByTestId']>) => Promise<void>) => {
    await page.getByTestId('toolbar-room-settings').click();
    const dialog = page.getByTestId('room-settings');
    await change(dialog);
    await dialog.getByTestId('save-room-settings').click();
    await dialog.waitFor({ state: 'hidden' });
  };

  it('opens with the password, and for whom the owner lets in', async () => {
    const { page: ada, path } = await owner();
    await changeRoom(ada, async (dialog) => {
      await dialog.getByTestId('access-password').click();
      await dialog.getByTestId('new-room-password-input').fill('open sesame');
      await dialog.getByTestId('lobby-switch').click();
    });

    const bob = await open(1, `${path}?${smallCamera}`, phone);
    await bob.getByTestId('name-input').fill('Bob');
    // Whoever does not know it is not told who is there.
    expect(await bob.getByTestId('people-now').count()).toBe(0);
    await bob.getByTestId('room-password-input').fill('open barley');
    await bob.getByTestId('join-button').click();
    await bob.getByTestId('join-problem').waitFor();
    expect(await bob.getByTestId('join-problem').textContent()).toMatch(/password is another/);
    await bob.getByTestId('room-password-input').fill('open sesame');
    await bob.getByTestId('join-button').click();
    await bob.getByTestId('in-lobby').waitFor();
    await bob.getByTestId('camera-preview').waitFor();
    expect(await bob.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

    await ada.getByTestId('lobby-banner').getByText('Bob waits').waitFor();
    await ada.getByTestId('lobby-refuse').click();
    await bob.getByTestId('join-problem').getByText('not let in').waitFor();
    await bob.getByTestId('join-button').click();
    await bob.getByTestId('in-lobby').waitFor();

    const eve = await open(1, `${path}?name=Eve&join=now&${smallCamera}`);
    await eve.getByTestId('join-problem').getByText('has a password').waitFor();
    await eve.getByTestId('room-password-input').fill('open sesame');
    await eve.getByTestId('join-button').click();
    await ada.getByTestId('lobby-banner').getByText('2 people').waitFor();
    await ada.getByTestId('lobby-show').click();
    expect(await ada.getByTestId('lobby-person').allTextContents()).toEqual([
      expect.stringContaining('Bob'),
      expect.stringContaining('Eve'),
    ]);
    await ada.getByTestId('people-list').getByRole('button', { name: 'Let all in' }).click();
    await ada.getByTestId('person').nth(2).waitFor();
    await bob.getByTestId('tile').first().waitFor();
    await eve.getByTestId('tile').first().waitFor();
    await ada.getByTestId('lobby-banner').waitFor({ state: 'hidden' });
    // They have no say in who comes next.
    expect(await eve.getByTestId('toolbar-room-settings').count()).toBe(0);

    // Whoever reloads the page is inside again without the password, and whoever has left is asked for it.
    await eve.reload();
    await eve.getByTestId('tile').first().waitFor();
    await eve.getByTestId('toolbar-leave').click();
    await eve.getByTestId('rejoin-button').waitFor();
    await eve.goto(`${server.url}${path}`);
    await eve.getByTestId('room-password-input').waitFor();
  });

  it('knows again who made it as a guest and closed the tab, and says meanwhile that the meeting has not started', async () => {
    const { page: ada, path } = await owner();
    await changeRoom(ada, (dialog) => dialog.getByTestId('lobby-switch').click());
    const bob = await open(1, `${path}?name=Bob&join=now&${smallCamera}`);
    await bob.getByTestId('lobby-title').getByText('You have knocked').waitFor();

    await ada.close({ runBeforeUnload: false });
    await bob.getByTestId('lobby-title').getByText('The meeting hasn’t started').waitFor();

    const again = await ada.context().newPage();
    await again.goto(`${server.url}${path}?name=Ada&join=now&${smallCamera}`);
    await again.getByTestId('tile').waitFor();
    await again.getByTestId('lobby-banner').getByText('Bob').waitFor();
    await bob.getByTestId('lobby-title').getByText('You have knocked').waitFor();
    expect(await again.getByTestId('toolbar-room-settings').count()).toBe(1);
  });

  it('stays closed to strangers of a room for members, who learn nothing of it, and opens for whom the owner invites', async () => {
    const grace = await signUp(1, 'Grace', '/', phone);
    const { page: ada, path } = await owner(await signUp(0, 'Lovelace', '/'), 'Quartz council');
    let invitation = '';
    await changeRoom(ada, async (dialog) => {
      await dialog.getByTestId('access-members').click();
      await dialog.getByTestId('invitation-label').fill('Grace Hopper');
      await dialog.getByTestId('invite-member').click();
      await dialog.getByTestId('room-invitation').getByText('Grace Hopper').waitFor();
      invitation = (await dialog.getByTestId('invitation-link').textContent())!;
    });

    const mallory = await open(1, path);
    await mallory.getByTestId('closed-room').waitFor();
    const seen = [await mallory.title(), await mallory.locator('body').textContent()].join('\n');
    expect(seen).not.toMatch(/Lovelace|Quartz|Grace/);
    await mallory.goto(`${server.url}${path}?name=Mallory&join=now`);
    await mallory.getByTestId('closed-room').waitFor();
    expect(await ada.getByTestId('tile').count()).toBe(1);

    // She is logged out when she gets the link, and comes back to it.
    await grace.getByTestId('log-out-button').click();
    await grace.getByTestId('log-in-link').waitFor();
    await grace.goto(invitation);
    await grace.getByTestId('invitation').waitFor();
    expect(new URL(grace.url()).hash).toBe('');
    await grace.getByTestId('invitation').getByTestId('log-in-button').click();
    await grace.getByTestId('email-input').fill(emailOf('Grace'));
    await grace.getByTestId('password-input').fill('a long enough password');
    await grace.getByTestId('log-in').getByTestId('log-in-button').click();
    await grace.getByTestId('accept-invitation').click();
    await grace.getByTestId('join-button').click();
    await grace.getByTestId('tile').nth(1).waitFor();
    await ada.getByTestId('tile').nth(1).waitFor();
    await mallory.goto(invitation);
    await mallory.getByTestId('invitation').waitFor();
    const dave = await signUp(1, 'Dave', '/');
    await dave.goto(invitation);
    await dave.getByTestId('accept-invitation').click();
    await dave.getByTestId('invitation-ended').waitFor();
    await changeRoom(ada, async (dialog) => {
      expect(await dialog.getByTestId('room-invitation').count()).toBe(0);
      await dialog.getByTestId('remove-member').click();
      await dialog.getByTestId('no-members').waitFor();
    });
    await grace.getByTestId('toolbar-leave').click();
    await grace.getByTestId('rejoin-button').waitFor();
    await grace.goto(`${server.url}${path}`);
    await grace.getByTestId('closed-room').waitFor();
  });

  /** Somebody with an account and a key for an application, both as people make them. */
  const ownerOfApplication = async () => {
    const page = await signUp(0, 'Olga', '/account');
    await page.getByTestId('api-key-label').fill('Shop');
    await page.getByTestId('api-key-password').fill('a long enough password');
    await page.getByTestId('make-api-key').click();
    const secret = await page.getByTestId('api-key-secret').innerText();
    const id = await page.getByTestId('api-key').locator('code').innerText();

    return { page, id, secret };
  };

  /** docs/examples/host-application.mjs as people run it; answers its address, and a function that ends it. */
  const runExample = async ({ id, secret }: { id: string; secret: string }) => {
    const example = spawn(process.execPath, [exampleFile], {
      env: { ...process.env, NODE_OPTIONS: '', MINIMEET_URL: server.url, API_KEY: id, API_SECRET: secret, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(example.stdout, 'data')) as [Buffer];

    return { url: new URL(line.toString().trim()), end: () => example.kill() };
  };

  /** As any JWT library does it. */
  const mint = (claims: object, secret: string) => {
    const signed = [{ alg: 'HS256', typ: 'JWT' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');

    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  };

  it('opens for whom an application sends, as long as that wants it', async () => {
    expect((await readFile(exampleFile, 'utf8')).trimEnd().split('\n')).toHaveLength(30);
    const { page: olga, id, secret } = await ownerOfApplication();
    const application = await runExample({ id, secret });

    try {
      const ada = await open(0, '/');
      await ada.goto(application.url.href);
      await ada.getByTestId('pre-join').waitFor();
      expect(ada.url()).not.toContain('#');
      const path = new URL(ada.url()).pathname;
      expect(await ada.getByTestId('name-input').inputValue()).toBe('Ada');
      expect(await ada.getByTestId('name-input').getAttribute('readonly')).not.toBeNull();
      await ada.getByTestId('join-button').click();
      await ada.getByTestId('tile').waitFor();

      const exp = Math.floor(Date.now() / 1000) + 600;
      const claims = { iss: id, aud: 'join', room: path.replace('/r/', ''), exp, iat: exp - 600 };
      const grants = ['join', 'publish', 'subscribe'];
      const link = `${path}?join=now&${smallCamera}#token=${mint({ ...claims, sub: 'bob', name: 'Bob', grants }, secret)}`;
      const bob = await open(1, link, phone);
      await bob.getByTestId('tile').nth(1).waitFor();
      await ada.getByTestId('tile').nth(1).waitFor();
      expect(await bob.getByTestId('toolbar-screen').count()).toBe(0);
      await bob.reload();
      await bob.getByTestId('tile').nth(1).waitFor();

      const eve = await open(1, path);
      await eve.getByTestId('closed-room').waitFor();
      await eve.goto(`${server.url}${path}#token=${mint({ ...claims, sub: 'eve', name: 'Eve' }, 'a guess')}`);
      await eve.getByTestId('link-ended').waitFor();

      const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
      const room = `${server.url}/rooms/${claims.room}`;
      expect((await fetch(`${room}/tokens/bob`, { method: 'DELETE', headers: { authorization } })).status).toBe(204);
      await bob.getByTestId('meeting-over').getByText('Your access has ended').waitFor();
      await ada.getByTestId('tile').nth(1).waitFor({ state: 'detached' });
      await bob.goto(`${server.url}/`);
      await bob.goto(server.url + link);
      await bob.getByTestId('link-ended').getByText('revoked').waitFor();

      await olga.getByTestId('revoke-api-key').click();
      await olga.getByTestId('confirm-button').click();
      await ada.getByTestId('meeting-over').getByText('Your access has ended').waitFor();
      await olga.getByTestId('api-key').waitFor({ state: 'detached' });
      expect((await fetch(application.url, { redirect: 'manual' })).status).toBe(502);
    } finally {
      application.end();
    }
  });

  describe('of two servers on which people make no accounts', () => {
    const admin = { email: 'admin@example.org', password: 'administrator' };
    const hasRedis = availability('redis').available;
    const running: RunningServer[] = [];
    let redis: Awaited<ReturnType<typeof startTestServer>> | undefined;
    let dataDir: string;
    let one: RunningServer;

    const start = async () => {
      const started = await startServer({
        DATA_DIR: dataDir,
        JWT_SECRET: 'what the two of them have in common',
        REGISTRATION_OPEN: 'false',
        ADMIN_EMAIL: admin.email,
        ADMIN_PASSWORD: admin.password,
        SERVER_NAME: `server-${running.length + 1}`,
        ...(redis && { REDIS_URL: redis.url }),
      });
      running.push(started);

      return started;
    };

    beforeAll(async () => {
      redis = hasRedis ? await startTestServer('redis') : undefined;
      dataDir = await mkdtemp(join(tmpdir(), 'minimeet-e2e-shared-'));
      one = await start();
    });

    afterAll(async () => {
      await Promise.all(running.map((each) => each.stop()));
      await redis?.close();
      await rm(dataDir, { recursive: true });
    });

    it('says so to who wants to make one', async () => {
      const page = await open(0, '/', phone);
      await page.goto(`${one.url}/signup`);
      await page.getByTestId('registration-closed').getByText('Ask an administrator').waitFor();
      expect(await page.getByTestId('sign-up-button').count()).toBe(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      await page.goto(`${one.url}/login`);
      await page.getByTestId('registration-closed').waitFor();
      expect(await page.getByTestId('sign-up-link').count()).toBe(0);
    });

    (hasRedis ? it : it.skip)(
      'leads who has a personal link to the one that has the meeting, with the link',
      async () => {
        const call = async <Answer>(path: string, body: object, authorization = '') => {
          const headers = { 'content-type': 'application/json', authorization };
          const response = await fetch(one.url + path, { method: 'POST', headers, body: JSON.stringify(body) });

          return (await response.json()) as Answer;
        };
        const { accessToken } = await call<Session>('/auth/login', admin);
        const wanted = { label: 'Shop', currentPassword: admin.password };
        const { id, secret } = await call<NewApiKey>('/api-keys', wanted, `Bearer ${accessToken}`);
        const key = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
        const room = await call<Room>('/rooms', { name: 'Advice', access: 'token' }, key);
        const linkOf = async (name: string) =>
          new URL((await call<JoinToken>(`/rooms/${room.id}/tokens`, { identity: name, name }, key)).url);

        // What a page may reach, it was told when it was loaded.
        isExpected = (complaint) => /Content Security Policy/.test(complaint);
        const bob = await open(0, '/');
        await bob.clock.install();
        await bob.goto((await linkOf('Bob')).href);
        await bob.getByTestId('join-button').waitFor();
        const two = await start();
        const { pathname, hash } = await linkOf('Ada');
        const ada = await open(1, '/');
        await ada.goto(`${two.url}${pathname}?join=now&${smallCamera}${hash}`);
        await ada.getByTestId('tile').waitFor();

        const refused = bob.waitForEvent('console', (message) => isExpected(message.text()));
        await bob.getByTestId('join-button').click();
        await refused;
        // For so long, a server that is named and not there may have been followed by another one.
        await bob.clock.fastForward(20_000);
        await bob.getByTestId('go-elsewhere').click();
        await bob.waitForURL(`${two.url}${pathname}`);
        expect(await bob.getByTestId('name-input').inputValue()).toBe('Bob');
        await bob.getByTestId('join-button').click();
        await ada.getByTestId('tile').nth(1).waitFor();
        await bob.getByTestId('tile').nth(1).waitFor();

        await bob.getByTestId('toolbar-leave').click();
        await bob.getByTestId('rejoin-button').waitFor();

        // A link with a fault keeps its token too, out of sight.
        await bob.goto(`${two.url}${pathname}?camera=huge${(await linkOf('Bea')).hash}`);
        await bob.getByTestId('link-faults').waitFor();
        expect(bob.url()).toBe(`${two.url}${pathname}?camera=huge`);
        await bob.getByRole('link', { name: 'Open the meeting' }).click();
        await bob.waitForURL(`${two.url}${pathname}`);
        expect(await bob.getByTestId('name-input').inputValue()).toBe('Bea');
      },
    );
  });
});
