/** Which keys do what in a meeting, and the switch for those that are a single character. */
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import FormControlLabel from '@mui/material/FormControlLabel';
import Switch from '@mui/material/Switch';
import { styled } from '@mui/material/styles';
import { useSingleKeys } from './single-keys';

const characters = [
  ['M', 'Mute or unmute'],
  ['V', 'Turn camera on or off'],
  ['C', 'Open or close chat'],
  ['H', 'Raise or lower your hand'],
  ['L', 'Switch between grid and speaker view'],
  ['?', 'Show this list'],
] as const;
const others = [
  ['Arrow keys', 'Move between videos'],
  ['Enter', 'Go to the buttons of a video, Esc to go back'],
  ['Page Up, Page Down', 'Previous or next page of people'],
  ['Esc', 'Close the panel'],
] as const;

export function ShortcutsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [singleKeys, setSingleKeys] = useSingleKeys();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      maxWidth="xs"
      fullWidth
      aria-labelledby="shortcuts-title"
      data-testid="shortcuts-dialog"
    >
      <DialogTitle id="shortcuts-title">Keyboard shortcuts</DialogTitle>
      <DialogContent>
        <FormControlLabel
          control={
            <Switch
              checked={singleKeys}
              onChange={(event) => setSingleKeys(event.target.checked)}
              slotProps={{ input: { 'data-testid': 'single-keys' } as object }}
            />
          }
          label="Single-key shortcuts"
        />
        <Keys keys={characters} dimmed={!singleKeys} />
        <Keys keys={others} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}

function Keys({ keys, dimmed }: { keys: readonly (readonly [string, string])[]; dimmed?: boolean }) {
  return (
    <List data-dimmed={dimmed || undefined}>
      {keys.map(([key, what]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </List>
  );
}

const List = styled('dl')(({ theme }) => ({
  margin: '8px 0 0',
  '& > div': { display: 'flex', gap: 12, alignItems: 'baseline', padding: '4px 0' },
  '& dt': { flex: '0 0 8.5em' },
  '& dd': { margin: 0 },
  '& kbd': {
    font: 'inherit',
    fontSize: 14,
    padding: '1px 8px',
    borderRadius: 6,
    border: `1px solid ${theme.vars.palette.divider}`,
  },
  '&[data-dimmed] dd': { textDecoration: 'line-through' },
}));
