/**
 * Starting sound. Browsers refuse to play sound on a page that nobody has touched yet; the elements that were refused
 * wait here for the click that lets them all play.
 */

const refused = new Set<HTMLMediaElement>();
const listeners = new Set<() => void>();

/** Plays `element`, now or after `playRefused()`. Returns what to call when the element is no longer wanted. */
export function play(element: HTMLMediaElement): () => void {
  let wanted = true;
  element.play().catch((error: unknown) => {
    const isRefused = error instanceof DOMException && error.name === 'NotAllowedError';
    if (isRefused && wanted) change(() => refused.add(element));
  });
  return () => {
    wanted = false;
    if (refused.has(element)) change(() => refused.delete(element));
  };
}

/** To be called from a click. */
export function playRefused(): void {
  const elements = [...refused];
  change(() => refused.clear());
  for (const element of elements) play(element);
}

export const isPlaybackRefused = (): boolean => refused.size > 0;

export function subscribeToPlayback(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function change(make: () => void): void {
  make();
  for (const listener of listeners) listener();
}
