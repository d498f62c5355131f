/** The speaker view shows whoever speaks: people whose microphones play voices that take turns. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { complaintsOf, openBrowser, visit, type Visitor } from './support/browser.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';
import { speechFile, type SpeechFile } from './support/speech.js';
import { until } from './support/until.js';

/** Seconds; turns of unequal length, so that each of them is heard alone now and then, whenever they begin. */
const voices = {
  Ada: { hertz: 190, talks: 3, listens: 5 },
  Bob: { hertz: 110, talks: 3, listens: 8 },
};

describe('the speaker view', () => {
  let server: RunningServer;
  const files: SpeechFile[] = [];
  const visitors: Visitor[] = [];
  let eve: Page;

  beforeAll(async () => {
    server = await startServer();
    const { room } = await openRoom(server.url, { name: 'Talk' });
    const enter = async (name: string, parameters: string, speech?: SpeechFile) => {
      const browser = await openBrowser(speech && { speech: speech.path });
      const visitor = await visit(
        `${server.url}/r/${room.slug}?join=now&camera=off&name=${name}${parameters}`,
        { viewport: { width: 1280, height: 800 } },
        browser,
      );
      visitors.push(visitor);
      await visitor.page.getByTestId('tile').first().waitFor();

      return visitor.page;
    };

    for (const [name, voice] of Object.entries(voices)) {
      const file = await speechFile(voice);
      files.push(file);
      await enter(name, '', file);
    }

    eve = await enter('Eve', '&microphone=off');
  });

  afterAll(async () => {
    await Promise.all(visitors.map(({ browser }) => browser.close()));
    await server?.stop();
    await Promise.all(files.map((file) => file.remove()));
  });

  const isLarge = (name: string) => async () => {
    const widths = await eve
      .getByTestId('tile')
      .evaluateAll((tiles) => tiles.map(({ textContent, clientWidth }) => ({ textContent, clientWidth })));
    const [largest] = widths.sort((one, other) => other.clientWidth - one.clientWidth);

    return largest !== undefined && largest.clientWidth > 700 && largest.textContent.includes(name);
  };

  /** Marked as speaking, wherever they are shown. */
  const isHeard = (name: string) => async () =>
    (await eve.getByRole('group', { name: new RegExp(`${name}.*speaking`) }).count()) > 0;

  it('shows whoever speaks, large, turn by turn', async () => {
    await eve.getByRole('button', { name: 'Speaker view', pressed: false }).click();

    for (const name of ['Ada', 'Bob', 'Ada']) {
      await until(isHeard(name));
      const heard = Date.now();
      await until(isLarge(name));
      process.stderr.write(`${name} speaks, and is large ${Date.now() - heard} ms later\n`);
    }
  });

  it('is still the view after a reload', async () => {
    await eve.reload();

    for (const name of ['Ada', 'Bob']) {
      await until(isLarge(name));
    }
  });

  it('leaves nothing to read in any console or in the server’s log', () => {
    expect(complaintsOf(visitors)).toEqual([]);
    expect(server.complaints()).toEqual([]);
  });
});
