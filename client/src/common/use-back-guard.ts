/** Catching the browser's Back, which is also a phone's swipe, where going back would lose something. */
import { useEffect, useEffectEvent } from 'react';

/** Marks the history entry that Back takes away instead of the page. */
const mark = 'minimeetBackGuard';

/**
 * While `active`, Back closes what lies over the page (dialogs and menus, as Escape does), and calls `onBack` when nothing does. It takes
 * an entry of the history for that, with the same address. A browser may pass over it as long as nobody has touched the page.
 */
export function useBackGuard(active: boolean, onBack: () => void): void {
  const goBack = useEffectEvent(() => {
    if (!closeTopmostOverlay()) onBack();
  });

  useEffect(() => {
    if (!active) return;
    const stand = () => {
      // The router finds its own state in it, and takes it for the same page.
      if (!isGuard()) window.history.pushState({ ...window.history.state, [mark]: true }, '');
    };
    const { pathname } = window.location;
    const follow = () => {
      // Another page, to which the router goes, or the guard itself, by Forward.
      if (isGuard() || window.location.pathname !== pathname) return;
      stand();
      goBack();
    };
    stand();
    window.addEventListener('popstate', follow);
    return () => {
      window.removeEventListener('popstate', follow);
      // So that Back leads away at once afterwards. Not where the router has gone on from here.
      if (isGuard()) window.history.back();
    };
  }, [active]);
}

function isGuard(): boolean {
  const state: unknown = window.history.state;
  return typeof state === 'object' && state !== null && mark in state;
}

/** Whether there was one. Every dialog, menu and popover of MUI closes on Escape. */
function closeTopmostOverlay(): boolean {
  const overlay = [...document.querySelectorAll('.MuiModal-root:not([aria-hidden=true])')].at(-1);
  overlay?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
  return overlay !== undefined;
}
