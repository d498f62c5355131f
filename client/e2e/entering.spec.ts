/** The ways into a meeting, and what people are told when there is none. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { complaintsOf, mediaOf, smallCamera, visit, type Visitor } from './support/browser.js';
import { deleteRoom, openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';

describe('entering a meeting', () => {
  let server: RunningServer;
  let visitors: Visitor[] = [];
  let isExpected: (complaint: string) => boolean = () => false;

  beforeAll(async () => {
    server = await startServer();
  });

  afterEach(async () => {
    await Promise.all(visitors.map(({ browser }) => browser.close()));
    const unexpected = complaintsOf(visitors).filter((complaint) => !isExpected(complaint));
    visitors = [];
    isExpected = () => false;
    expect(unexpected).toEqual([]);
  });

  afterAll(() => server?.stop());

  const open = async (path: string, options: Parameters<typeof visit>[1] = {}) => {
    const visitor = await visit(server.url + path, options);
    visitors.push(visitor);

    return visitor.page;
  };

  it('begins on the start page, passes the mirror, and ends where one can come back', async () => {
    const page = await open('/');
    await page.getByTestId('new-meeting-button').click();
    await page.getByTestId('pre-join').waitFor();
    expect(page.url()).toMatch(/\/r\/[a-z]{4}-[a-z]{4}-[a-z]{4}$/);
    await page.getByTestId('camera-preview').waitFor();
    await page.getByTestId('name-input').fill('Ada');
    await page.getByTestId('join-button').click();
    await page.getByTestId('tile').waitFor();
    expect(await page.getByTestId('tile-name').textContent()).toContain('Ada');
    // Nobody is there who would watch, and so no picture needs to be sent; but somebody may come, who hears at once.
    await until(async () => (await mediaOf(page)).audioSourcesSent === 1);

    await page.getByTestId('toolbar-leave').click();
    await page.getByTestId('rejoin-button').click();
    await page.getByTestId('tile').or(page.getByTestId('join-button')).first().waitFor();
  });

  it('takes a code as people type it', async () => {
    const { room } = await openRoom(server.url, { name: 'By code' });
    const page = await open('/');
    await page.getByTestId('room-reference-input').fill(` ${room.slug.toUpperCase().replaceAll('-', ' ')} `);
    await page.getByTestId('go-to-room-button').click();
    await page.getByTestId('pre-join').waitFor();
    expect(await page.getByTestId('room-name').textContent()).toContain('By code');
  });

  it('works on a phone', async () => {
    const { room } = await openRoom(server.url, { name: 'Phone' });
    const page = await open(`/r/${room.slug}?name=Ada&join=now&${smallCamera}`, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await page.getByTestId('tile').waitFor();
    await page.getByTestId('toolbar-leave').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  it('tells when there is no such meeting', async () => {
    const page = await open('/r/xxxx-xxxx-xxxx');
    await page.getByTestId('no-such-meeting').waitFor();
    await page.getByTestId('home-button').click();
    await page.getByTestId('new-meeting-button').waitFor();
    // A browser writes every failed request to the console; this one was the question.
    isExpected = (complaint) => /status of 404/.test(complaint);
  });

  it('tells when the room is full, and lets in when there is a seat again', async () => {
    const { room } = await openRoom(server.url, { name: 'Pair', maxParticipants: 2 });
    const first = await open(`/r/${room.slug}?name=Ada&join=now&${smallCamera}`);
    await open(`/r/${room.slug}?name=Bob&join=now&${smallCamera}`);
    await first.getByTestId('tile').nth(1).waitFor();
    const third = await open(`/r/${room.slug}?name=Eve&join=now&${smallCamera}`);
    await third.getByText(/full/i).first().waitFor();
    await first.close();
    await third
      .getByRole('button', { name: /try again|join/i })
      .first()
      .click();
    await third.getByTestId('tile').nth(1).waitFor();
  });

  it('tells when camera and microphone are refused, and joins without them', async () => {
    const { room } = await openRoom(server.url, { name: 'Refused' });
    const page = await open('/');
    await page.addInitScript(() => {
      const refuse = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
      Object.defineProperty(navigator.mediaDevices, 'getUserMedia', { value: refuse });
    });
    await page.goto(`${server.url}/r/${room.slug}`);
    await page.getByTestId('camera-problem').waitFor();
    expect(await page.getByTestId('camera-problem').textContent()).toMatch(/allow|permission|blocked/i);
    await page.getByTestId('name-input').fill('Ada');
    await page.getByTestId('join-button').click();
    await page.getByTestId('tile').waitFor();
  });

  it('tells when the room is closed while one is in it', async () => {
    const { room, session } = await openRoom(server.url, { name: 'Closing' });
    const page = await open(`/r/${room.slug}?name=Ada&join=now&${smallCamera}`);
    await page.getByTestId('tile').waitFor();
    await deleteRoom(server.url, room, session);
    await page.getByTestId('meeting-over').waitFor();
  });

  it('tells what is wrong with a link’s parameters', async () => {
    const { room } = await openRoom(server.url, { name: 'Link' });
    const page = await open(`/r/${room.slug}?name=Ada&join=now&camera=huge`);
    await page.getByTestId('link-faults').waitFor();
    expect(await page.getByTestId('link-faults').textContent()).toContain('camera');
  });
});
