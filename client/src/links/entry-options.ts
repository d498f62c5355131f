/** What a room's link may ask for beyond the room: who enters, at once or not, and what is captured. */
import { hasVisible, limits } from '@minimeet/protocol';

/** Width, height (pixels) and frames a second that the camera is asked for. */
export interface CaptureFormat {
  width: number;
  height: number;
  frameRate: number;
}

export interface EntryOptions {
  name?: string;
  /** Enter without the pre-join page. */
  joinNow: boolean;
  /** `off` is a choice of this link; without either, the person's last choice counts. */
  camera?: CaptureFormat | 'off';
  microphone?: 'off';
}

/** One parameter of the link that cannot be followed. */
export interface EntryFault {
  parameter: string;
  value: string;
  expected: string;
}

const largest: CaptureFormat = { width: 3840, height: 2160, frameRate: 60 };

/**
 * Reads `?name=Guest&join=now&camera=320x180@10&microphone=off`. Parameters with other names are ignored, since links
 * gather them on their way; a known one with a wrong value is a fault that the person sees.
 */
export function readEntryOptions(query: URLSearchParams): { options: EntryOptions; faults: EntryFault[] } {
  const options: EntryOptions = { joinNow: false };
  const faults: EntryFault[] = [];

  const read = (parameter: string, expected: string, accept: (value: string) => boolean) => {
    const values = query.getAll(parameter);
    if (values.length === 0) return;
    const value = values.at(-1) ?? '';
    if (values.length > 1) faults.push({ parameter, value: values.join(', '), expected: 'given once' });
    else if (!accept(value)) faults.push({ parameter, value, expected });
  };

  read('name', `1 to ${limits.username} characters`, (value) => {
    options.name = value.trim();
    return isDisplayName(options.name);
  });
  read('join', 'now', (value) => (options.joinNow = value === 'now'));
  read('camera', 'off, or a size and rate such as 320x180@10', (value) => {
    options.camera = value === 'off' ? 'off' : captureFormat(value);
    return options.camera !== undefined;
  });
  read('microphone', 'off', (value) => {
    options.microphone = value === 'off' ? 'off' : undefined;
    return options.microphone !== undefined;
  });
  return { options, faults };
}

/** Whether the server will take this as a user's name. */
export function isDisplayName(name: string): boolean {
  return (
    name.trim().length >= 1 &&
    name.trim().length <= limits.username &&
    hasVisible(name) &&
    !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name)
  );
}

function captureFormat(value: string): CaptureFormat | undefined {
  const match = /^(\d{1,4})x(\d{1,4})@(\d{1,2})$/.exec(value);
  if (!match) return undefined;
  const [width, height, frameRate] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const possible =
    width >= 16 &&
    width <= largest.width &&
    height >= 16 &&
    height <= largest.height &&
    frameRate >= 1 &&
    frameRate <= largest.frameRate;
  return possible ? { width, height, frameRate } : undefined;
}
