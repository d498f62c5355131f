import { describe, expect, it } from '@jest/globals';
import { pressedKey } from './pressed-key';

describe('the key that was pressed', () => {
  it.each([
    ['QWERTY', { key: 'm', code: 'KeyM' }, 'm'],
    ['with capitals', { key: 'M', code: 'KeyM' }, 'm'],
    ['AZERTY, where M is beside L', { key: 'm', code: 'Semicolon' }, 'm'],
    ['Dvorak, where V is where the full stop is', { key: 'v', code: 'Period' }, 'v'],
    ['Russian', { key: 'ь', code: 'KeyM' }, 'm'],
    ['Greek', { key: 'μ', code: 'KeyM' }, 'm'],
    ['Hebrew', { key: 'צ', code: 'KeyM' }, 'm'],
    ['Arabic', { key: 'ة', code: 'KeyM' }, 'm'],
    ['the question mark of Arabic', { key: '؟', code: 'Slash' }, '?'],
    ['a question mark anywhere', { key: '?', code: 'Minus' }, '?'],
    ['no letter', { key: 'Escape', code: 'Escape' }, 'Escape'],
  ])('is told on a keyboard: %s', (_layout, event, expected) => {
    expect(pressedKey({ shiftKey: false, ...event })).toBe(expected);
  });
});
