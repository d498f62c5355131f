/** What is shown instead of an empty page when a part of the web client cannot be loaded or fails. */
import type { ReactNode } from 'react';
import Button from '@mui/material/Button';
import { Boundary } from '../common/Boundary';
import { MessagePage } from './MessagePage';

export function FaultBoundary({ children }: { children: ReactNode }) {
  return <Boundary fallback={() => <FaultPage />}>{children}</Boundary>;
}

function FaultPage() {
  return (
    <MessagePage
      title="Something went wrong"
      testId="fault"
      actions={
        <Button variant="contained" size="large" onClick={() => window.location.reload()}>
          Load the page again
        </Button>
      }
    >
      The page could not go on. Loading it again takes you back to where you were.
    </MessagePage>
  );
}
