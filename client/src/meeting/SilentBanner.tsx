/** Says why there is no sound in a tab that joined without, and brings it here. */
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { useStore } from '../common/use-store';
import type { RoomVisit } from '../session/room-visit';

/** Whether this tab joined without sound, as another one of this browser is in the meeting. */
export const useIsSilent = (visit: RoomVisit): boolean =>
  useStore(visit, (state) => state.step === 'meeting' && state.silent);

export function SilentBanner({ visit }: { visit: RoomVisit }) {
  if (!useIsSilent(visit)) return null;
  return (
    <Alert
      severity="info"
      role="status"
      data-testid="silent-tab"
      action={
        <Button color="inherit" size="small" onClick={() => void visit.moveHere()} data-testid="move-here">
          Move here
        </Button>
      }
    >
      No sound in this tab: you are in this meeting in another one.
    </Alert>
  );
}
