/** Whether people may make their own accounts on this server. */
import { useEffect, useState } from 'react';
import { fetchEntryOptions } from './rest';

/** `null` until the server has said so, and where it does not. */
export function useRegistration(): boolean | null {
  const [isOpen, setOpen] = useState<boolean | null>(null);

  useEffect(() => {
    let isShown = true;
    fetchEntryOptions().then(
      ({ registrationOpen }) => isShown && setOpen(registrationOpen),
      () => undefined,
    );
    return () => void (isShown = false);
  }, []);

  return isOpen;
}
