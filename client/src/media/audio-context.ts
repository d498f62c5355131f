/**
 * The page's one AudioContext, for whatever looks at sound. A browser suspends it on a page that nobody has touched, and interrupts it
 * during a phone call: it goes on as soon as it may.
 */

let shared: AudioContext | null = null;
let users = 0;

/** A context to build on; call `releaseAudioContext()` once for each. It may be suspended for now: look at its `state`. */
export function acquireAudioContext(): AudioContext {
  users += 1;
  shared ??= openContext();
  return shared;
}

/** The last one to release it closes it. */
export function releaseAudioContext(): void {
  users -= 1;
  if (users > 0 || !shared) return;
  const context = shared;
  shared = null;
  stopListening();
  void context.close();
}

let stopListening = () => {};

function openContext(): AudioContext {
  const context = new AudioContext({ latencyHint: 'playback' });
  const stopped = new AbortController();
  const resume = () => {
    // Safari's third state, `interrupted`, is resumed as `suspended` is.
    if (context.state !== 'running' && context.state !== 'closed') context.resume().catch(() => undefined);
  };
  stopListening = () => stopped.abort();
  const { signal } = stopped;
  context.addEventListener('statechange', resume, { signal });
  document.addEventListener('visibilitychange', resume, { signal });
  for (const gesture of ['pointerup', 'keydown']) window.addEventListener(gesture, resume, { signal, capture: true });
  return context;
}
