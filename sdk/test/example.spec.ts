/**
 * The README's lines, in a real browser.
 *
 * @jest-environment ./sdk/test/webrtc-environment.js
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Room } from '@minimeet/protocol';
import { visit, type Visitor } from '../../client/e2e/support/browser.js';
import { createRoom, guest, startServer, type TestServer } from '../../server/test/harness.js';
import { everyoneGoesHome, Person } from './people.js';

describe('sdk/examples/show-remote-video.ts', () => {
  let bundle: { code: string; modules: string[] };
  let server: TestServer;
  let room: Room;
  let visitor: Visitor | undefined;

  beforeAll(async () => {
    const script = resolve(import.meta.dirname, 'bundle-example.js');
    const { stdout } = await promisify(execFile)(process.execPath, [script], { maxBuffer: 10_000_000 });
    bundle = JSON.parse(stdout);
    server = await startServer();
    room = await createRoom(server.url, (await guest(server.url, 'Host')).accessToken);
  });

  afterEach(async () => {
    await visitor?.browser.close();
    await everyoneGoesHome();
  });

  afterAll(() => server.stop());

  it('has ten lines, and the README shows them', async () => {
    const [source, readme] = await Promise.all(
      ['../examples/show-remote-video.ts', '../../README.md'].map((file) =>
        readFile(resolve(import.meta.dirname, file), 'utf8'),
      ),
    );
    expect(source?.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(10);
    expect(readme).toContain(source?.trim());
  });

  it('shows the video of whoever is in the room', async () => {
    await new Person({ url: server.url, room: room.slug, displayName: 'Ada' }).joinAndPublish();
    visitor = await visit(`${server.url}/health#${room.slug}`, { bypassCSP: true });
    const { page } = visitor;
    await page.addScriptTag({ content: bundle.code, type: 'module' });
    await page.waitForFunction(() =>
      [...document.querySelectorAll('video')].some(
        ({ videoWidth, currentTime }) => videoWidth > 0 && currentTime > 0.5,
      ),
    );
    expect(visitor.complaints).toEqual([]);
  });

  it('brings no schemas into the page', () => {
    expect(bundle.modules.filter((id) => id.includes('/zod/'))).toEqual([]);
  });
});
