/** Keeps an error in one part of a page from ending the rest: the part says so and can be loaded again. */
import type { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { Boundary } from './Boundary';

interface PartBoundaryProps {
  /** What failed, as in "The chat stopped working."; nothing is shown in the place of a part without a name. */
  name?: string;
  children: ReactNode;
}

export function PartBoundary({ name, children }: PartBoundaryProps) {
  const fallback = (again: () => void) =>
    name === undefined ? null : (
      <Alert
        severity="error"
        data-testid="part-fault"
        sx={{ m: 1, flexWrap: 'wrap', overflow: 'auto' }}
        action={
          <Button color="inherit" size="small" onClick={again}>
            Reload
          </Button>
        }
      >
        <span>{`${name} stopped working.`}</span>
      </Alert>
    );
  return <Boundary fallback={fallback}>{children}</Boundary>;
}
