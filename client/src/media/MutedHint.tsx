/** Says that nobody hears what is being said right now. */
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { useStore } from '../common/use-store';
import type { LocalCapture } from './local-capture';

export function MutedHint({ capture, mayUnmute }: { capture: LocalCapture; mayUnmute: boolean }) {
  const talking = useStore(capture.monitor, (state) => state.talkingWhileOff);
  if (!talking) return null;
  return (
    <Alert
      severity="info"
      role="status"
      data-testid="muted-hint"
      action={
        mayUnmute && (
          <Button color="inherit" size="small" onClick={() => void capture.setOn('microphone', true)}>
            Unmute
          </Button>
        )
      }
    >
      You’re muted. Nobody hears you.
    </Alert>
  );
}
