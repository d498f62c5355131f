/** Makes a page believe that another tab is in front of it, or no longer: every tab of a headless browser is visible. */
import type { Page } from 'playwright-core';

export const setHidden = (page: Page, hidden: boolean) =>
  page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    },
    hidden ? 'hidden' : 'visible',
  );
