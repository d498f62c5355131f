/** Short notices at the edge of the page, one at a time. */
import { type ReactNode, createContext, use, useCallback, useState } from 'react';
import Snackbar from '@mui/material/Snackbar';

const NotifyContext = createContext<(text: string) => void>(() => {});

/** The function that shows a notice. */
export const useNotify = () => use(NotifyContext);

export function Notices({ children }: { children: ReactNode }) {
  // `id` tells two notices with the same words apart.
  const [notice, setNotice] = useState<{ id: number; text: string } | null>(null);
  const [open, setOpen] = useState(false);
  const notify = useCallback((text: string) => {
    setNotice((before) => ({ id: (before?.id ?? 0) + 1, text }));
    setOpen(true);
  }, []);

  return (
    <NotifyContext value={notify}>
      {children}
      <Snackbar
        key={notice?.id}
        open={open}
        autoHideDuration={6000}
        onClose={(_event, reason) => reason !== 'clickaway' && setOpen(false)}
        message={notice?.text}
        anchorOrigin={{ vertical: 'top', horizontal: 'center' }}
        data-testid="notice"
      />
    </NotifyContext>
  );
}
