/** Single keys that do something anywhere on the page, except where one types. */
import { useEffect, useEffectEvent } from 'react';

/** In a panel or dialog these move what is read there. */
const scrollingKeys = new Set(['PageUp', 'PageDown']);

/** Keys as `KeyboardEvent.key` names them, letters in lower case. Escape works while typing, too. */
export function useShortcuts(shortcuts: Record<string, () => unknown>): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = shortcuts[key];
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
    if (!action || hasModifier || event.repeat || event.defaultPrevented) return;
    if (key !== 'Escape' && isTyping(event.target)) return;
    if (scrollingKeys.has(key) && isInPanel(event.target)) return;
    // The letter itself must not land in a field that the action puts the focus into.
    event.preventDefault();
    action();
  });

  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}

function isInPanel(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('aside, [role=dialog], [role=menu]') !== null;
}
