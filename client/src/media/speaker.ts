/** The speaker that this browser's person chose. */
import { useSyncExternalStore } from 'react';
import { loadPreferences, savePreferences } from '../session/preferences';

const listeners = new Set<() => void>();
let speakerId = loadPreferences().speakerId;

export function setSpeaker(id: string): void {
  speakerId = id;
  savePreferences({ speakerId });
  for (const listener of listeners) listener();
}

/** The chosen speaker's device id; `undefined` for the system's. */
export const useSpeaker = () => useSyncExternalStore(subscribe, () => speakerId);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
