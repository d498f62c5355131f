/** Shows something else in the place of what fails to render. */
import { Component, type ReactNode } from 'react';

interface BoundaryProps {
  /** @param again renders what failed once more */
  fallback: (again: () => void) => ReactNode;
  children: ReactNode;
}

/** React asks for a class here. React itself writes the error to the console. */
export class Boundary extends Component<BoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    const { fallback, children } = this.props;
    return this.state.failed ? fallback(() => this.setState({ failed: false })) : children;
  }
}
