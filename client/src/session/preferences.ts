/** What this browser remembers of its person: name, devices, and how they like to enter. */
import { type OwnView, ownViews } from '../meeting/own-view';
import type { DeviceReference } from '../media/devices';
import { isRecord, readStored, writeStored } from './stored';

export interface Preferences {
  name: string;
  microphoneOn: boolean;
  cameraOn: boolean;
  /** Of the meeting: everybody alike, or whoever speaks large. */
  layout: 'grid' | 'speaker';
  /** Whether single keys do something in a meeting (WCAG 2.1.4: they can be switched off). */
  singleKeys: boolean;
  /** Where one sees oneself in a meeting, and whether as in a mirror. */
  ownView: OwnView;
  mirrored: boolean;
  /** When somebody knocks, raises a hand or writes: a sound, and a notification while the page is not looked at. */
  sounds: boolean;
  notifications: boolean;
  /** Absent: the browser's choice. */
  microphone?: DeviceReference;
  camera?: DeviceReference;
  speaker?: DeviceReference;
}

const key = 'minimeet.preferences';
const unset: Preferences = {
  name: '',
  microphoneOn: true,
  cameraOn: true,
  layout: 'grid',
  singleKeys: true,
  ownView: 'auto',
  mirrored: true,
  sounds: true,
  notifications: false,
};

export function loadPreferences(): Preferences {
  return { ...unset, ...readStored(() => localStorage, key, isPreferences) };
}

export function savePreferences(change: Partial<Preferences>): void {
  writeStored(() => localStorage, key, { ...loadPreferences(), ...change });
}

function isPreferences(value: unknown): value is Partial<Preferences> {
  if (!isRecord(value)) return false;
  const isOptional = (field: string, type: string) => value[field] === undefined || typeof value[field] === type;
  return (
    isOptional('name', 'string') &&
    ['microphone', 'camera', 'speaker'].every((field) => value[field] === undefined || isDevice(value[field])) &&
    ['microphoneOn', 'cameraOn', 'singleKeys', 'mirrored', 'sounds', 'notifications'].every((field) =>
      isOptional(field, 'boolean'),
    ) &&
    [undefined, 'grid', 'speaker'].includes(value['layout'] as string | undefined) &&
    [undefined, ...ownViews].includes(value['ownView'] as OwnView | undefined)
  );
}

function isDevice(value: unknown): value is DeviceReference {
  return isRecord(value) && typeof value['id'] === 'string' && typeof value['label'] === 'string';
}
