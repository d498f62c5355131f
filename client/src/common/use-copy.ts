/** Copying to the clipboard, and saying so. */
import { useCallback } from 'react';
import { useNotify } from './Notices';

/** The returned function copies `text` and says `done`; where there is no clipboard, as on pages without https, it says `otherwise`. */
export function useCopy(): (text: string, done: string, otherwise: string) => Promise<void> {
  const notify = useNotify();
  return useCallback(
    async (text, done, otherwise) => {
      try {
        await navigator.clipboard.writeText(text);
        notify(done);
      } catch {
        notify(otherwise);
      }
    },
    [notify],
  );
}
