/** The title of the browser's tab. */
import { useEffect } from 'react';
import { isolated } from './direction';

export function usePageTitle(title: string | null): void {
  useEffect(() => {
    document.title = title ? `${isolated(title)} · MiniMeet` : 'MiniMeet';
  }, [title]);
}
