/** What a page may run and show: files of the server, and nothing that was written into it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { complaintsOf, openBrowser, visit, type Visitor } from './support/browser.js';
import { startServer, type RunningServer } from './support/server.js';
import type { Browser } from 'playwright-core';

describe('the content policy', () => {
  let server: RunningServer;
  let browser: Browser;
  const visitors: Visitor[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openBrowser()]);
  });

  afterEach(() => Promise.all(visitors.splice(0).map(({ context }) => context.close())));

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const open = async (path: string) => {
    const visitor = await visit(server.url + path, {}, browser);
    visitors.push(visitor);

    return visitor;
  };

  it('lets the client look as it should, on a page with much to show', async () => {
    const { page } = await open('/');
    await page.getByTestId('new-meeting-button').click();
    await page.getByTestId('pre-join').waitFor();

    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(243, 246, 246)');
    expect(complaintsOf(visitors)).toEqual([]);
  });

  it('lets the description of the API look as it should', async () => {
    const { page } = await open('/api/docs');
    await page.getByText('Log in with e-mail address and password').click();
    await page.getByText('Try it out').waitFor();

    expect(complaintsOf(visitors)).toEqual([]);
  });

  it.each(['/', '/api/docs'])('runs no script that somebody got into %s', async (path) => {
    const { page, complaints } = await open(path);
    const refused = page.waitForEvent('console', (message) => message.text().includes('Content Security Policy'));
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.broken = true';
      document.body.append(script);
    });
    await refused;

    expect(await page.evaluate(() => 'broken' in window)).toBe(false);
    expect(complaints).toHaveLength(1);
  });

  it('shows no style that somebody got into a page', async () => {
    const { page, complaints } = await open('/');
    const refused = page.waitForEvent('console', (message) => message.text().includes('Content Security Policy'));
    await page.evaluate(() => {
      const style = document.createElement('style');
      style.textContent = 'body { display: none }';
      document.head.append(style);
    });
    await refused;

    expect(await page.evaluate(() => getComputedStyle(document.body).display)).not.toBe('none');
    expect(complaints).toHaveLength(1);
  });
});
