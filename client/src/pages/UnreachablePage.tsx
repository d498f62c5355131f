/** The page when the server cannot be asked for the room. */
import Button from '@mui/material/Button';
import { MessagePage } from './MessagePage';

export function UnreachablePage({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <MessagePage
      title="The meeting cannot be opened"
      testId="unreachable"
      actions={
        <Button variant="contained" size="large" onClick={onRetry} data-testid="retry-button">
          Try again
        </Button>
      }
    >
      {message}.
    </MessagePage>
  );
}
