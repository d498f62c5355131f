/** Which microphones, cameras and speakers are connected, and how a remembered one is found among them. */
import type { CaptureKind } from './device-problem';

export interface DeviceLists {
  readonly microphones: readonly MediaDeviceInfo[];
  readonly cameras: readonly MediaDeviceInfo[];
  readonly speakers: readonly MediaDeviceInfo[];
}

/** A device that the user chose: browsers change ids (when site data is cleared, for instance), and labels then still fit. */
export interface DeviceReference {
  readonly id: string;
  /** Empty when the browser did not tell. */
  readonly label: string;
}

export const noDevices: DeviceLists = { microphones: [], cameras: [], speakers: [] };

/** Whether this browser lets a page choose its audio output. */
export const canChooseSpeaker = () => 'setSinkId' in HTMLMediaElement.prototype;

/** Devices that can be told apart: before permission is given, browsers list them without an id. */
export async function listDevices(): Promise<DeviceLists> {
  if (!navigator.mediaDevices) return noDevices;
  const listed = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  const devices = listed.filter((device) => device.deviceId !== '');
  return {
    microphones: devices.filter((device) => device.kind === 'audioinput'),
    cameras: devices.filter((device) => device.kind === 'videoinput'),
    speakers: canChooseSpeaker() ? devices.filter((device) => device.kind === 'audiooutput') : [],
  };
}

export const devicesOf = (lists: DeviceLists, kind: CaptureKind): readonly MediaDeviceInfo[] =>
  kind === 'microphone' ? lists.microphones : lists.cameras;

/** The device that a reference means among those connected: by id, or else by its label. */
export function findDevice(
  devices: readonly MediaDeviceInfo[],
  { id, label }: DeviceReference,
): MediaDeviceInfo | undefined {
  return (
    devices.find((device) => device.deviceId === id) ??
    (label === '' ? undefined : devices.find((device) => device.label === label))
  );
}
