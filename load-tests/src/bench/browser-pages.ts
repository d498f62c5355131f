/** Real Chromium pages for a benchmark: opened as the end-to-end tests open theirs, with a script of this folder in them. */
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { build } from 'vite';
import { childrenOf, cpuSecondsOfTree } from './processor-time.js';

/** Of client/e2e/support/browser.ts, what is needed here. It is no part of this program, and Node reads its types away. */
interface BrowserSupport {
  openBrowser(options: { framesPerSecond: number }): Promise<Browser>;
  visit(url: string, options: BrowserContextOptions, browser: Browser): Promise<{ page: Page; complaints: string[] }>;
}

const support = new URL('../../../client/e2e/support/browser.ts', import.meta.url).href;

export class BrowserPages implements AsyncDisposable {
  private constructor(
    private readonly browser: Browser,
    private readonly visit: BrowserSupport['visit'],
    /** Of the browser; `null` where the system does not tell. */
    private readonly pid: number | null,
  ) {}

  /** One browser for all pages, which share what they can. */
  static async open(framesPerSecond: number): Promise<BrowserPages> {
    const { openBrowser, visit } = (await import(support)) as BrowserSupport;
    const before = await childrenOf(process.pid);
    const browser = await openBrowser({ framesPerSecond });
    const [pid] = (await childrenOf(process.pid)).filter((child) => !before.includes(child));

    return new BrowserPages(browser, visit, pid ?? null);
  }

  /** @param script what {@link bundle} gave */
  async openPage(url: string, script: string): Promise<Page> {
    const { page } = await this.visit(url, { bypassCSP: true }, this.browser);
    await page.addScriptTag({ content: script, type: 'module' });

    return page;
  }

  /** Of the browser with all its pages, since it was opened; `null` where the system does not tell. */
  async cpuSeconds(): Promise<number | null> {
    return this.pid === null ? null : cpuSecondsOfTree(this.pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
  }
}

/** One of the scripts in `pages`, with all that it imports. */
export async function bundle(name: string): Promise<string> {
  const input = fileURLToPath(new URL(`../../src/bench/pages/${name}.ts`, import.meta.url));
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, target: 'esnext', rolldownOptions: { input } },
  });
  const [chunk] = Array.isArray(result)
    ? result.flatMap(({ output }) => output)
    : 'output' in result
      ? result.output
      : [];

  if (chunk?.type !== 'chunk') {
    throw new Error(`${name} could not be bundled`);
  }

  return chunk.code;
}
