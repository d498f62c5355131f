/** Why a camera, a microphone or the screen cannot be used, and how to say it. */
import { systemSettingFor } from './system-settings';

export type CaptureKind = 'microphone' | 'camera';

/**
 * - `refused`: the user or the browser denied it, `system`: the operating system did
 * - `missing`: there is none, `in_use`: another program holds it
 * - `unplugged`: it went away while in use, `insecure`: browsers give devices only to https pages and to localhost
 * - `unsent`: it works, but could not be sent to the others
 */
export type DeviceProblem =
  'refused' | 'system' | 'missing' | 'in_use' | 'unplugged' | 'insecure' | 'unsent' | 'unknown';

/**
 * Reads what `getUserMedia()` threw (https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia). Chrome says
 * "Permission denied by system" where the operating system refuses; `diagnoseProblem()` finds the other browsers' ways.
 */
export function deviceProblemOf(error: unknown): DeviceProblem {
  switch ((error as { name?: unknown } | null)?.name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return isSystemRefusal(error) ? 'system' : 'refused';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'in_use';
    default:
      return 'unknown';
  }
}

/** Whether an error's own words say that the operating system refused. */
export function isSystemRefusal(error: unknown): boolean {
  return /\bsystem\b/i.test(String((error as { message?: unknown } | null)?.message ?? ''));
}

/**
 * The problem, asked of the browser where the error alone leaves it open. Firefox and Safari use one sentence for the user's and
 * the system's refusal: where the page has the browser's permission, it was the system. Firefox on macOS says that there is no
 * device where the system hides it.
 */
export async function diagnoseProblem(kind: CaptureKind, error: unknown): Promise<DeviceProblem> {
  const problem = deviceProblemOf(error);
  const message = String((error as { message?: unknown } | null)?.message ?? '');
  const isOpen =
    (problem === 'refused' && message.includes('user agent or the platform')) ||
    (problem === 'missing' && message.includes('object can not be found') && (await isListed(kind)));
  return isOpen && (await hasPermission(kind)) ? 'system' : problem;
}

async function hasPermission(kind: CaptureKind): Promise<boolean> {
  try {
    const { state } = await navigator.permissions.query({ name: kind });
    return state === 'granted';
  } catch {
    // A browser that does not know these permissions.
    return false;
  }
}

async function isListed(kind: CaptureKind): Promise<boolean> {
  const wanted = kind === 'microphone' ? 'audioinput' : 'videoinput';
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return devices.some((device) => device.kind === wanted);
}

const sentences: Record<DeviceProblem, (device: CaptureKind) => string> = {
  refused: (device) =>
    `MiniMeet may not use the ${device}. Allow it at the lock or camera icon beside the page's address, then try again.`,
  system: (device) =>
    `Your system blocks the ${device} for this browser. Allow it in ${systemSettingFor(device)}, then try again.`,
  missing: (device) => `No ${device} was found. Plug one in and try again.`,
  in_use: (device) => `The ${device} is in use by another program. Close that program, then try again.`,
  unplugged: (device) => `The ${device} was unplugged, and there is no other one. It is used again once it is back.`,
  insecure: (device) =>
    `Browsers give the ${device} only to pages on https or localhost. Open MiniMeet at such an address.`,
  unsent: (device) => `The ${device} works, but could not be sent to the others.`,
  unknown: (device) => `The ${device} could not be started.`,
};

export const describeProblem = (kind: CaptureKind, problem: DeviceProblem): string => sentences[problem](kind);
