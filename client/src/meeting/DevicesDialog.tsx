/** Choosing other devices during the meeting. */
import { useState } from 'react';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import FormControlLabel from '@mui/material/FormControlLabel';
import MenuItem from '@mui/material/MenuItem';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useStore } from '../common/use-store';
import { DeviceChoice } from '../media/DeviceChoice';
import { LevelMeter } from '../media/LevelMeter';
import type { LocalCapture } from '../media/local-capture';
import { type OwnView, ownViews } from './own-view';
import { ShortcutsDialog } from './ShortcutsDialog';
import { useStageChoice } from './stage-choice';

interface DevicesDialogProps {
  open: boolean;
  onClose: () => void;
  capture: LocalCapture;
}

export function DevicesDialog({ open, onClose, capture }: DevicesDialogProps) {
  const { microphone, devices } = useStore(capture);
  const [showingKeys, setShowingKeys] = useState(false);
  const isEmpty = Object.values(devices).every((list) => list.length === 0);
  return (
    <Dialog open={open} onClose={onClose} maxWidth="sm" fullWidth>
      <DialogTitle>Devices</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 3, '&&': { pt: 1 } }}>
        {isEmpty ? (
          <Typography>No devices can be used yet. Turn on your microphone or camera first.</Typography>
        ) : (
          <DeviceChoice capture={capture} />
        )}
        {microphone.on && <LevelMeter track={microphone.track} />}
        <OwnVideo />
      </DialogContent>
      <DialogActions>
        <Button onClick={() => setShowingKeys(true)} sx={{ mr: 'auto' }} data-testid="show-shortcuts">
          Keyboard shortcuts
        </Button>
        <Button onClick={onClose}>Done</Button>
      </DialogActions>
      <ShortcutsDialog open={showingKeys} onClose={() => setShowingKeys(false)} />
    </Dialog>
  );
}

const viewNames: Record<OwnView, string> = {
  auto: 'Automatic',
  grid: 'Among the others',
  corner: 'In a corner',
  hidden: 'Hidden',
};

/** How one sees oneself; to the others, it is all the same. */
function OwnVideo() {
  const { own, changeOwn } = useStageChoice();
  return (
    <div>
      <TextField
        select
        fullWidth
        size="small"
        label="Your own video"
        value={own.ownView}
        onChange={({ target }) => changeOwn({ ownView: target.value as OwnView })}
        slotProps={{ htmlInput: { 'data-testid': 'own-view' } }}
      >
        {ownViews.map((view) => (
          <MenuItem key={view} value={view} data-testid={`own-view-${view}`}>
            {viewNames[view]}
          </MenuItem>
        ))}
      </TextField>
      <FormControlLabel
        sx={{ mt: 1 }}
        control={<Switch checked={own.mirrored} onChange={(_event, mirrored) => changeOwn({ mirrored })} />}
        label="Mirror your video, for yourself alone"
        data-testid="own-mirrored"
      />
    </div>
  );
}
