/** Which key was pressed, whatever is printed on it. */

/**
 * As `KeyboardEvent.key` names it, letters in lower case: what is printed counts, so that M is M on AZERTY and Dvorak, too.
 * Keyboards for other scripts (Greek, Cyrillic, Hebrew, Arabic) have no such letters: there the place counts, where M is on
 * a keyboard that has both.
 */
export function pressedKey({ key, code, shiftKey }: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>): string {
  if (key.length !== 1) return key;
  if (/^[\x20-\x7e]$/.test(key)) return key.toLowerCase();
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return letter.toLowerCase();
  return key === '؟' || (shiftKey && code === 'Slash') ? '?' : key;
}
