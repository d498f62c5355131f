/** Choosing other devices during the meeting. */
import { useState } from 'react';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useStore } from '../common/use-store';
import { DeviceChoice } from '../media/DeviceChoice';
import { LevelMeter } from '../media/LevelMeter';
import type { LocalCapture } from '../media/local-capture';
import { ShortcutsDialog } from './ShortcutsDialog';

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
