/** JSON in the browser's storage, which may be full, forbidden, or hold something that an older version wrote. */

import { basePath } from '../links/base-path';

/** The name in the storage: servers below different paths of one host share it, and know nothing of each other's people. */
export const storedUnder = (key: string) => (basePath === '' ? key : `${basePath} ${key}`);

export function readStored<Value>(
  storage: () => Storage,
  key: string,
  isValue: (value: unknown) => value is Value,
): Value | null {
  try {
    const value: unknown = JSON.parse(storage().getItem(storedUnder(key)) ?? 'null');
    return isValue(value) ? value : null;
  } catch {
    return null;
  }
}

export function writeStored(storage: () => Storage, key: string, value: unknown): void {
  try {
    if (value === null) storage().removeItem(storedUnder(key));
    else storage().setItem(storedUnder(key), JSON.stringify(value));
  } catch {
    // Nothing is remembered then; everything else works.
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
