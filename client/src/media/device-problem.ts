/** Why a camera or microphone cannot be used, and how to say it. */

export type CaptureKind = 'microphone' | 'camera';

/**
 * - `refused`: the person or the system said no, `missing`: there is none, `in_use`: another program holds it
 * - `unplugged`: it went away while in use, `insecure`: browsers give devices only to https pages and to localhost
 * - `unsent`: it works, but the others cannot get it
 */
export type DeviceProblem = 'refused' | 'missing' | 'in_use' | 'unplugged' | 'insecure' | 'unsent' | 'unknown';

/** Reads what `getUserMedia()` threw (https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia). */
export function deviceProblemOf(error: unknown): DeviceProblem {
  switch ((error as { name?: unknown } | null)?.name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'refused';
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

const sentences: Record<DeviceProblem, (device: string) => string> = {
  refused: (device) =>
    `MiniMeet may not use the ${device}. Allow it at the lock or camera sign beside the page's address, then try again.`,
  missing: (device) => `No ${device} was found. Plug one in and try again.`,
  in_use: (device) => `The ${device} is in use by another program. Close that program, then try again.`,
  unplugged: (device) => `The ${device} was unplugged, and there is no other one.`,
  insecure: (device) =>
    `Browsers give the ${device} only to pages on https or localhost. Open MiniMeet at such an address.`,
  unsent: (device) => `The ${device} works, but could not be sent to the others.`,
  unknown: (device) => `The ${device} could not be started.`,
};

export const describeProblem = (kind: CaptureKind, problem: DeviceProblem): string => sentences[problem](kind);
