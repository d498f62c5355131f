/**
 * Keeps sound and pictures playing. An element that stops (headphones that are taken off, a media key, a phone call) is played again; one
 * that the browser refuses to play on a page that nobody has touched waits for the next click or key, wherever it is.
 */

/** Before an element that stopped is played again, in milliseconds; something that stops it over and over is not fought. */
const firstDelayMs = 50;
const longestDelayMs = 5000;
/** After playing for so long, in milliseconds, the next stop counts as the first. */
const steadyMs = 10_000;

interface Playing {
  readonly element: HTMLMediaElement;
  delayMs: number;
  stoppedAt: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const playing = new Map<HTMLMediaElement, Playing>();
const refused = new Set<HTMLMediaElement>();
const listeners = new Set<() => void>();
let stopListening: (() => void) | null = null;

/** Plays `element` from now on, whatever stops it. Returns what to call when the element is no longer wanted. */
export function play(element: HTMLMediaElement): () => void {
  const entry: Playing = { element, delayMs: firstDelayMs, stoppedAt: 0, timer: undefined };
  playing.set(element, entry);
  stopListening ??= listen();
  const playAgain = () => playLater(entry);
  element.addEventListener('pause', playAgain);
  begin(element);
  return () => {
    element.removeEventListener('pause', playAgain);
    clearTimeout(entry.timer);
    if (playing.get(element) === entry) playing.delete(element);
    if (refused.has(element)) change(() => refused.delete(element));
    if (playing.size > 0) return;
    stopListening?.();
    stopListening = null;
  };
}

/** To be called from a click or key. */
export function playRefused(): void {
  const elements = [...refused];
  if (elements.length > 0) change(() => refused.clear());
  for (const element of playing.keys()) if (element.paused) begin(element);
}

export const isPlaybackRefused = (): boolean => refused.size > 0;

export function subscribeToPlayback(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function begin(element: HTMLMediaElement): void {
  element.play().catch((error: unknown) => {
    const isRefused = error instanceof DOMException && error.name === 'NotAllowedError';
    if (isRefused && playing.has(element)) change(() => refused.add(element));
  });
}

function playLater(entry: Playing): void {
  const now = Date.now();
  if (now - entry.stoppedAt > steadyMs) entry.delayMs = firstDelayMs;
  entry.stoppedAt = now;
  clearTimeout(entry.timer);
  entry.timer = setTimeout(() => {
    if (entry.element.paused) begin(entry.element);
  }, entry.delayMs);
  entry.delayMs = Math.min(entry.delayMs * 2, longestDelayMs);
}

/** Any gesture will do, as will coming back to the page: a phone pauses what it hides. */
function listen(): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;
  for (const gesture of ['pointerup', 'keydown']) {
    window.addEventListener(gesture, playRefused, { signal, capture: true });
  }
  window.addEventListener('pageshow', playRefused, { signal });
  document.addEventListener('visibilitychange', playRefused, { signal });
  return () => stopped.abort();
}

function change(make: () => void): void {
  make();
  for (const listener of listeners) listener();
}
