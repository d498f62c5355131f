/** Says that somebody waits to be let in, to those who may do that. */
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { isolated } from '../common/direction';
import { useLobby } from './use-lobby';

export function LobbyBanner({ onShowPeople }: { onShowPeople: () => void }) {
  const { waiting, decide } = useLobby();
  const [first] = waiting;
  if (!first) return null;
  const ids = waiting.map(({ id }) => id);
  const isOne = waiting.length === 1;
  return (
    <Alert
      severity="info"
      role="status"
      sx={{ flexWrap: 'wrap', '& .MuiAlert-message': { overflowWrap: 'anywhere', flex: '1 1 12em' } }}
      data-testid="lobby-banner"
      action={
        <>
          {isOne ? (
            <Button color="inherit" size="small" onClick={() => decide('refuse', ids)} data-testid="lobby-refuse">
              Refuse
            </Button>
          ) : (
            <Button color="inherit" size="small" onClick={onShowPeople} data-testid="lobby-show">
              See who
            </Button>
          )}
          <Button
            color="inherit"
            size="small"
            variant="outlined"
            onClick={() => decide('admit', ids)}
            data-testid="lobby-admit"
          >
            {isOne ? 'Let in' : 'Let all in'}
          </Button>
        </>
      }
    >
      {isOne ? `${isolated(first.displayName)} waits to be let in.` : `${waiting.length} people wait to be let in.`}
    </Alert>
  );
}
