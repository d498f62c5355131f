/** Single keys that do something anywhere on the page, except where one types. */
import { useEffect, useEffectEvent } from 'react';
import { pressedKey } from './pressed-key';
import { useSingleKeys } from './single-keys';

/** In a panel or dialog these move what is read there. */
const scrollingKeys = new Set(['PageUp', 'PageDown']);

/**
 * Keys as `pressedKey()` names them. Escape works while typing, too; characters do nothing where single keys are switched
 * off, nor while a dialog or a menu is open.
 */
export function useShortcuts(shortcuts: Record<string, () => unknown>): void {
  const [singleKeys] = useSingleKeys();
  const press = useEffectEvent((event: KeyboardEvent) => {
    const key = pressedKey(event);
    const action = shortcuts[key];
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
    if (!action || hasModifier || event.repeat || event.defaultPrevented || event.isComposing) return;
    if (key !== 'Escape' && isTyping(event.target)) return;
    if (key.length === 1 && (!singleKeys || isInOverlay(event.target))) return;
    if (scrollingKeys.has(key) && (isInOverlay(event.target) || isInPanel(event.target))) return;
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
  return target instanceof Element && target.closest('aside, [role=log]') !== null;
}

/** There letters choose among the entries. */
function isInOverlay(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role=dialog], [role=menu], [role=listbox]') !== null;
}
