/** Keeps the screen on: a phone that goes dark drops the call. */

/** Keeps the screen awake until the function that is returned is called. Browsers without it, and low batteries, go dark. */
export function keepScreenAwake(): () => void {
  if (!('wakeLock' in navigator)) return () => {};
  const stopped = new AbortController();
  const { signal } = stopped;
  let lock: WakeLockSentinel | null = null;
  let asking = false;

  /** The browser takes it back whenever the page is hidden, and gives none before it is seen again. */
  const acquire = async (): Promise<void> => {
    if (asking || signal.aborted || document.visibilityState !== 'visible' || (lock && !lock.released)) return;
    asking = true;
    try {
      const acquired = await navigator.wakeLock.request('screen');
      if (signal.aborted) return void acquired.release();
      lock = acquired;
      acquired.addEventListener('release', () => void acquire(), { signal });
    } catch {
      // The next time that the page is seen, or touched, is another chance.
    } finally {
      asking = false;
    }
    // Taken back in the very moment in which it was given.
    if (lock?.released) setTimeout(() => void acquire(), 1000);
  };

  document.addEventListener('visibilitychange', () => void acquire(), { signal });
  window.addEventListener('pointerup', () => void acquire(), { signal });
  void acquire();
  return () => {
    stopped.abort();
    void lock?.release().catch(() => undefined);
  };
}
