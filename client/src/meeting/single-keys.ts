/** Whether single keys do something, as everything in the meeting that shows or hears them has to know. */
import { useSyncExternalStore } from 'react';
import { loadPreferences, savePreferences } from '../session/preferences';

const listeners = new Set<() => void>();
let on: boolean | null = null;

const areOn = () => (on ??= loadPreferences().singleKeys);

export function useSingleKeys(): [boolean, (on: boolean) => void] {
  return [useSyncExternalStore(subscribe, areOn), setSingleKeys];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function setSingleKeys(wanted: boolean): void {
  on = wanted;
  savePreferences({ singleKeys: wanted });
  listeners.forEach((listener) => listener());
}
