/** Showing one element on the whole screen. */
import { type RefObject, useCallback, useEffect, useState } from 'react';

/** Phones of some makers cannot show anything but their own player in full screen. */
export const canFullscreen = () => document.fullscreenEnabled;

/** Whether the element fills the screen, and the function that changes it. */
export function useFullscreen(element: RefObject<HTMLElement | null>): [boolean, () => void] {
  const [isFull, setFull] = useState(false);

  useEffect(() => {
    const { current } = element;
    if (!current) return;
    const follow = () => setFull(document.fullscreenElement === current);
    current.addEventListener('fullscreenchange', follow);
    return () => current.removeEventListener('fullscreenchange', follow);
  }, [element]);

  const toggle = useCallback(() => {
    const { current } = element;
    if (!current || !canFullscreen()) return;
    // The browser may refuse; then everything stays as it is.
    const changed = document.fullscreenElement === current ? document.exitFullscreen() : current.requestFullscreen();
    changed.catch(() => undefined);
  }, [element]);

  return [isFull, toggle];
}
