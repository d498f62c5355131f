/** Keeps an error in one part of a page from ending the rest: the part says so and can be loaded again. */
import { Component, type ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';

interface PartBoundaryProps {
  /** What failed, as in "The chat stopped working."; nothing is shown in the place of a part without a name. */
  name?: string;
  children: ReactNode;
}

/** React asks for a class here. React itself writes the error to the console. */
export class PartBoundary extends Component<PartBoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    const { name, children } = this.props;
    if (!this.state.failed) return children;
    if (name === undefined) return null;
    return (
      <Alert
        severity="error"
        data-testid="part-fault"
        sx={{ m: 1, flexWrap: 'wrap', overflow: 'auto' }}
        action={
          <Button color="inherit" size="small" onClick={() => this.setState({ failed: false })}>
            Reload
          </Button>
        }
      >
        <span>{`${name} stopped working.`}</span>
      </Alert>
    );
  }
}
