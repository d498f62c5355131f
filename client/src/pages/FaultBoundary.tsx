/** What is shown instead of an empty page when a part of the web client cannot be loaded or fails. */
import { Component, type ReactNode } from 'react';
import Button from '@mui/material/Button';
import { MessagePage } from './MessagePage';

/** React asks for a class here. React itself writes the error to the console. */
export class FaultBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
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
}
