/** Logging in, and what an account can read of meetings: while they run, and afterwards. */
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { complaintsOf, smallCamera, visit, type Visitor } from './support/browser.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';

const admin = { ADMIN_EMAIL: 'admin@example.org', ADMIN_PASSWORD: 'correct horse battery' };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe('an account', () => {
  let server: RunningServer;
  let withoutGuests: RunningServer;
  let visitors: Visitor[] = [];
  let isExpected: (complaint: string) => boolean = () => false;

  beforeAll(async () => {
    server = await startServer(admin);
    withoutGuests = await startServer({ ...admin, GUESTS_ALLOWED: 'false' });
  });

  afterEach(async () => {
    await Promise.all(visitors.map(({ browser }) => browser.close()));
    const unexpected = complaintsOf(visitors).filter((complaint) => !isExpected(complaint));
    visitors = [];
    isExpected = () => false;
    expect(unexpected).toEqual([]);
  });

  afterAll(() => Promise.all([server?.stop(), withoutGuests?.stop()]));

  const open = async (url: string, options: Parameters<typeof visit>[1] = {}) => {
    const visitor = await visit(url, options);
    visitors.push(visitor);
    return visitor.page;
  };

  const logIn = async (page: Page, password = admin.ADMIN_PASSWORD) => {
    await page.getByTestId('email-input').fill(admin.ADMIN_EMAIL);
    await page.getByTestId('password-input').fill(password);
    await page.getByTestId('log-in-button').click();
  };

  it('is asked for, refused with a wrong password, and led back to the page that one wanted', async () => {
    const page = await open(`${server.url}/reports?range=7d`);
    await page.getByTestId('log-in').waitFor();
    await logIn(page, 'wrong password');
    await page.getByTestId('log-in-problem').waitFor();
    await logIn(page);
    await page.getByTestId('overview').waitFor();
    expect(new URL(page.url()).search).toBe('?range=7d');
    await page.getByTestId('report-empty').waitFor();
    await page.reload();
    await page.getByTestId('overview').waitFor();
    // A browser writes every failed request to the console; this one was the wrong password.
    isExpected = (complaint) => /status of 401/.test(complaint);
  });

  it('is logged out in all tabs at once', async () => {
    const page = await open(`${server.url}/login`);
    await logIn(page);
    await page.getByTestId('account-note').waitFor();
    const second = await page.context().newPage();
    await second.goto(`${server.url}/live`);
    await second.getByTestId('live-totals').waitFor();
    await page.getByTestId('log-out-button').click();
    await page.getByTestId('log-in-link').waitFor();
    await second.getByTestId('log-in').waitFor();
  });

  it('is needed for everything where the server takes no guests', async () => {
    const page = await open(withoutGuests.url);
    await page.getByTestId('new-meeting-button').click();
    await page.getByTestId('log-in').waitFor();
    await logIn(page);
    await page.getByTestId('room-name-input').fill('Members only');
    await page.getByTestId('new-meeting-button').click();
    await page.getByTestId('pre-join').waitFor();

    const invited = await open(page.url());
    await invited.getByTestId('log-in').waitFor();
    await logIn(invited);
    await invited.getByTestId('pre-join').waitFor();
    expect(await invited.getByTestId('room-name').textContent()).toBe('Members only');
    isExpected = (complaint) => /status of 403/.test(complaint);
  });

  it('reads of a meeting while it runs, and afterwards', async () => {
    const ada = await open(`${server.url}/login`);
    await logIn(ada);
    const accountName = (await ada.getByTestId('account-name').textContent()) ?? '';
    await ada.getByTestId('room-name-input').fill('Friday planning');
    await ada.getByTestId('new-meeting-button').click();
    await ada.getByTestId('pre-join').waitFor();
    const link = ada.url();
    expect(await ada.getByTestId('name-input').inputValue()).toBe(accountName);
    await ada.getByTestId('join-button').click();
    await ada.getByTestId('tile').waitFor();
    const bob = await open(`${link}?name=Bob&join=now&${smallCamera}`);
    await bob.getByTestId('tile').nth(1).waitFor();
    await ada.getByTestId('toolbar-people').click();
    await ada.getByTestId('lock-meeting').click();
    await bob.getByTestId('toolbar-people').click();
    await bob.getByTestId('meeting-locked').waitFor();

    const reader = await ada.context().newPage();
    await reader.goto(`${server.url}/live`);
    const meeting = reader.getByTestId('live-meeting');
    await until(async () => /Bob/.test((await meeting.allTextContents()).join()));
    expect(await meeting.count()).toBe(1);
    expect(await meeting.textContent()).toContain('Friday planning');
    expect(await meeting.textContent()).toContain(accountName);
    expect(await reader.getByTestId('live-worker').count()).toBe(2);
    expect(await reader.getByTestId('live-degraded').count()).toBe(0);
    const load = reader.getByTestId('live-load');
    await until(async () => /Joined, last minute2/.test((await load.textContent()) ?? ''));
    expect(await load.textContent()).toContain('Turned away, last minute0');
    await reader.getByTestId('live-search').fill('nobody of this name');
    await until(async () => (await meeting.count()) === 0);
    await reader.getByTestId('live-search').fill('bob');
    await meeting.getByRole('link').click();

    await reader.getByTestId('meeting-running').waitFor();
    await until(async () => (await reader.getByTestId('timeline-row').count()) === 2);
    await bob.getByTestId('toolbar-leave').click();
    await bob.getByTestId('rejoin-button').waitFor();
    await ada.getByTestId('toolbar-leave').click();
    await ada.getByTestId('rejoin-button').waitFor();
    const report = reader.url();
    await until(async () => {
      await reader.goto(report);
      await reader.getByTestId('meeting-totals').waitFor();
      return (await reader.getByTestId('meeting-running').count()) === 0;
    });
    const participations = await reader.getByTestId('participation-row').allTextContents();
    expect(participations).toHaveLength(2);
    expect(participations.every((row) => row.includes('Left'))).toBe(true);
    expect(await reader.getByTestId('timeline-bar').count()).toBe(2);
    expect(await reader.getByTestId('timeline-mark').count()).toBe(1);
    expect((await reader.getByTestId('act-row').allTextContents()).join()).toContain(
      `${accountName} locked the meeting`,
    );

    await reader.getByTestId('reports-link').click();
    await reader.getByTestId('chart-meetings').waitFor();
    expect(await reader.getByTestId('report-totals').textContent()).toMatch(/Meetings1|1Meetings/);
    await reader.getByTestId('busiest-room').getByRole('link').click();
    await reader.getByTestId('room-report').getByTestId('meeting-row').waitFor();
    const download = reader.waitForEvent('download');
    await reader.getByTestId('csv-button').click();
    expect(await readFile(await (await download).path(), 'utf8')).toMatch(/^\ufeff[^\s\ufeff]+,\S+/);
    await reader.getByTestId('meeting-link').click();
    await reader.getByTestId('meeting-totals').waitFor();
    expect(reader.url()).toBe(report);
  });

  it('reads reports on a phone without anything that sticks out', async () => {
    await openRoom(server.url, { name: 'A room with quite a long name, to see what a narrow page makes of it' });
    const page = await open(`${server.url}/login?from=/reports`, phone);
    await logIn(page);
    await page.getByTestId('room-row').first().waitFor();
    const width = () => page.evaluate(() => document.documentElement.scrollWidth);
    expect(await width()).toBeLessThanOrEqual(phone.viewport.width);
    await page.getByTestId('live-link').click();
    await page.getByTestId('live-worker').first().waitFor();
    expect(await width()).toBeLessThanOrEqual(phone.viewport.width);
  });
});
