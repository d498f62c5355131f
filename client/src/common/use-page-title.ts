/** The title of the browser's tab, and how much happened while it was not looked at. */
import { useEffect } from 'react';
import { isolated } from './direction';

export function usePageTitle(title: string | null, missed = 0): void {
  useEffect(() => {
    const name = title ? `${isolated(title)} · MiniMeet` : 'MiniMeet';
    document.title = missed > 0 ? `(${missed > 99 ? '99+' : missed}) ${name}` : name;
  }, [title, missed]);
}
