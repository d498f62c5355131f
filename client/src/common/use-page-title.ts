/** The title of the browser's tab. */
import { useEffect } from 'react';

export function usePageTitle(title: string | null): void {
  useEffect(() => {
    document.title = title ? `${title} · MiniMeet` : 'MiniMeet';
  }, [title]);
}
