/** A part of a report that has to be fetched: waiting for it, showing it, or saying why it cannot be shown. */
import type { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import CircularProgress from '@mui/material/CircularProgress';
import { VisuallyHidden } from '../common/VisuallyHidden';
import type { Answer, Problem } from '../session/use-answer';

interface AnswerViewProps<Value> {
  answer: Answer<Value>;
  children: (value: Value) => ReactNode;
}

export function AnswerView<Value>({ answer, children }: AnswerViewProps<Value>) {
  const { value, isLoading, problem, retry } = answer;
  return (
    <Box aria-busy={isLoading} sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 2 }}>
      <VisuallyHidden role="status">{isLoading ? 'Loading…' : ''}</VisuallyHidden>
      {problem && <ProblemAlert problem={problem} onRetry={retry} />}
      {value === null && isLoading && (
        <Box sx={{ display: 'grid', placeContent: 'center', minHeight: 240 }} data-testid="report-loading">
          <CircularProgress aria-hidden />
        </Box>
      )}
      {value !== null && (
        <Box sx={{ minWidth: 0, opacity: isLoading ? 0.55 : 1, transition: 'opacity 150ms' }}>{children(value)}</Box>
      )}
    </Box>
  );
}

export function ProblemAlert({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  const final = finalProblems[problem.code];
  return (
    <Alert
      severity={final === undefined ? 'error' : 'info'}
      data-testid="report-problem"
      action={
        final === undefined && (
          <Button color="inherit" size="small" onClick={onRetry} data-testid="retry-button">
            Try again
          </Button>
        )
      }
    >
      {final ?? `This could not be loaded. ${problem.message}.`}
    </Alert>
  );
}

/** Where trying again changes nothing. */
const finalProblems: Partial<Record<string, string>> = {
  not_allowed: 'This is for administrators and, where it is about a room, for its owner.',
  room_not_found: 'There is no such room. It may have been deleted.',
  meeting_not_found: 'There is no record of such a meeting.',
  invalid_payload: 'The address of this page names nothing that could be shown.',
};
