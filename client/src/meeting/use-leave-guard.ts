/** Leaving a meeting takes a decision: Back closes what is open and then asks, and so does the browser before it closes the page. */
import { useCallback, useEffect, useState } from 'react';
import { useBackGuard } from '../common/use-back-guard';

/**
 * For as long as the component is shown.
 *
 * @param closePanel closes the panel that is open; `null` where none is
 */
export function useLeaveGuard(closePanel: (() => void) | null): { asking: boolean; stay: () => void } {
  const [asking, setAsking] = useState(false);
  useBackGuard(true, () => (closePanel ? closePanel() : setAsking(true)));
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, []);
  return { asking, stay: useCallback(() => setAsking(false), []) };
}
