/** Which microphones, cameras and speakers there are. */

export interface DeviceLists {
  readonly microphones: readonly MediaDeviceInfo[];
  readonly cameras: readonly MediaDeviceInfo[];
  readonly speakers: readonly MediaDeviceInfo[];
}

export const noDevices: DeviceLists = { microphones: [], cameras: [], speakers: [] };

/** Whether this browser lets a page choose where its sound goes. */
export const canChooseSpeaker = () => 'setSinkId' in HTMLMediaElement.prototype;

/** Devices that can be told apart: before permission is given, browsers list them without an id. */
export async function listDevices(): Promise<DeviceLists> {
  const devices = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.deviceId !== '');
  return {
    microphones: devices.filter((device) => device.kind === 'audioinput'),
    cameras: devices.filter((device) => device.kind === 'videoinput'),
    speakers: canChooseSpeaker() ? devices.filter((device) => device.kind === 'audiooutput') : [],
  };
}
