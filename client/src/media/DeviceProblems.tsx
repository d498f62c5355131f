/** Says what keeps microphone or camera from working, and that one can be in the meeting without. */
import CloseRounded from '@mui/icons-material/CloseRounded';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import { useStore } from '../common/use-store';
import { type CaptureKind, describeProblem } from './device-problem';
import type { LocalCapture } from './local-capture';

const kinds: readonly CaptureKind[] = ['microphone', 'camera'];

export function DeviceProblems({ capture }: { capture: LocalCapture }) {
  const state = useStore(capture);
  return kinds.map((kind) => {
    const { problem } = state[kind];
    return (
      problem && (
        <Alert
          key={kind}
          severity="warning"
          data-testid={`${kind}-problem`}
          action={
            <>
              {problem !== 'insecure' && (
                <Button color="inherit" size="small" onClick={() => void capture.setOn(kind, true)}>
                  Try again
                </Button>
              )}
              <IconButton
                color="inherit"
                size="small"
                onClick={() => capture.dismissProblem(kind)}
                aria-label={`Dismiss the ${kind} message`}
              >
                <CloseRounded fontSize="small" />
              </IconButton>
            </>
          }
        >
          {describeProblem(kind, problem)} You can take part without it.
        </Alert>
      )
    );
  });
}
