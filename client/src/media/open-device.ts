/** Opens one microphone or camera: the wanted one if that is possible, otherwise another one. */
import type { CaptureKind } from './device-problem';
import { type DeviceReference, devicesOf, findDevice, listDevices } from './devices';

/** Milliseconds before further attempts at a device that is busy: after a quick off and on, it is free within a moment. */
const busyDelaysMs = [150, 400, 900];

export interface DeviceRequest {
  kind: CaptureKind;
  /** Without `deviceId`. */
  constraints: MediaTrackConstraints;
  /** `null`: the browser's choice. */
  wanted: DeviceReference | null;
  /** Whether somebody still waits for it: no further attempt is made otherwise. */
  isCurrent: () => boolean;
}

/**
 * The wanted device, or whichever works. Chromium takes `ideal` for no choice at all, so each device is asked for with `exact`.
 *
 * @throws what `getUserMedia()` threw, once no device works or permission is denied
 */
export async function openDevice(request: DeviceRequest): Promise<MediaStreamTrack> {
  const { kind, wanted } = request;
  if (!wanted) return openAny(request, busyDelaysMs);
  const tried = findDevice(devicesOf(await listDevices(), kind), wanted)?.deviceId ?? wanted.id;
  let isBusy: boolean;
  try {
    return await openExactly(request, tried, busyDelaysMs);
  } catch (error) {
    if (!isAboutDevice(error)) throw error;
    isBusy = isBusyError(error);
  }
  const other = await openAny(request, isBusy ? [] : busyDelaysMs);
  // Ids that have changed are found by label, which browsers tell only once a device is open.
  const found = findDevice(devicesOf(await listDevices(), kind), wanted)?.deviceId;
  if (found === undefined || found === tried || found === other.getSettings().deviceId) return other;
  try {
    const track = await openExactly(request, found, []);
    other.stop();
    return track;
  } catch {
    return other;
  }
}

/** This very device. @throws what `getUserMedia()` threw, after some more attempts where the device is busy */
export async function openExactly(
  { kind, constraints, isCurrent }: Omit<DeviceRequest, 'wanted'>,
  deviceId: string,
  delaysMs: readonly number[],
): Promise<MediaStreamTrack> {
  return whileBusy(delaysMs, isCurrent, () => open(kind, { ...constraints, deviceId: { exact: deviceId } }));
}

/** Whether another device may do where this error was thrown. */
export const isAboutDevice = (error: unknown): boolean =>
  isBusyError(error) || ['NotFoundError', 'OverconstrainedError'].includes(nameOf(error));

export const isBusyError = (error: unknown): boolean => ['NotReadableError', 'AbortError'].includes(nameOf(error));

async function openAny(
  { kind, constraints, isCurrent }: DeviceRequest,
  delaysMs: readonly number[],
): Promise<MediaStreamTrack> {
  try {
    return await whileBusy(delaysMs, isCurrent, () => open(kind, constraints));
  } catch (error) {
    if (!isBusyError(error)) throw error;
    for (const { deviceId } of devicesOf(await listDevices(), kind)) {
      if (!isCurrent()) break;
      try {
        return await open(kind, { ...constraints, deviceId: { exact: deviceId } });
      } catch {
        // The next one may work; in the end, the first error counts.
      }
    }
    throw error;
  }
}

async function whileBusy<Result>(
  delaysMs: readonly number[],
  isCurrent: () => boolean,
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (const delayMs of delaysMs) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusyError(error) || !isCurrent()) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
  return attempt();
}

async function open(kind: CaptureKind, constraints: MediaTrackConstraints): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getUserMedia({
    [kind === 'microphone' ? 'audio' : 'video']: constraints,
  });
  const [track] = stream.getTracks();
  if (!track) throw new DOMException('The browser gave no track', 'NotFoundError');
  return track;
}

const nameOf = (error: unknown): string => String((error as { name?: unknown } | null)?.name ?? '');
