/** The speaker that this browser's user chose, and the one to use while that is not connected. */
import { useSyncExternalStore } from 'react';
import { loadPreferences, savePreferences } from '../session/preferences';
import { type DeviceReference, findDevice, listDevices } from './devices';

export interface SpeakerState {
  /** For `setSinkId()`; empty for the system's speaker. */
  readonly sinkId: string;
  /** The label of the chosen speaker while it cannot be used. */
  readonly missing: string | null;
}

const listeners = new Set<() => void>();
let chosen: DeviceReference | null = loadPreferences().speaker ?? null;
let current: SpeakerState = { sinkId: chosen?.id ?? '', missing: null };
/** Devices that the browser refused to play on, until something is plugged in or out. */
const failed = new Set<string>();

export function setSpeaker(speaker: DeviceReference): void {
  chosen = speaker;
  savePreferences({ speaker });
  failed.clear();
  void follow();
}

/** An element could not be played there: the system's speaker is used until something is plugged in or out. */
export function reportSpeakerFailed(sinkId: string): void {
  if (sinkId === '' || failed.has(sinkId)) return;
  failed.add(sinkId);
  void follow();
}

export const useSpeaker = (): SpeakerState => useSyncExternalStore(subscribe, () => current);

async function follow(): Promise<void> {
  const wanted = chosen;
  const { speakers } = await listDevices();
  if (wanted !== chosen) return;
  show(resolve(wanted, speakers));
}

function resolve(wanted: DeviceReference | null, speakers: readonly MediaDeviceInfo[]): SpeakerState {
  if (!wanted) return { sinkId: '', missing: null };
  // Before the microphone is allowed, none is listed, and the one of the last time may still be meant by its id.
  const sinkId = speakers.length === 0 ? wanted.id : findDevice(speakers, wanted)?.deviceId;
  if (sinkId !== undefined && !failed.has(sinkId)) return { sinkId, missing: null };
  return { sinkId: '', missing: speakers.length === 0 ? null : wanted.label };
}

function show(state: SpeakerState): void {
  if (state.sinkId === current.sinkId && state.missing === current.missing) return;
  current = state;
  for (const listener of listeners) listener();
}

const followDevices = () => {
  failed.clear();
  void follow();
};

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    navigator.mediaDevices?.addEventListener('devicechange', followDevices);
    void follow();
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) navigator.mediaDevices?.removeEventListener('devicechange', followDevices);
  };
}
