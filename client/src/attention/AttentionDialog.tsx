/** Whether knocks, raised hands and messages are heard, and shown on the desktop. */
import { useState } from 'react';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import FormControlLabel from '@mui/material/FormControlLabel';
import Switch from '@mui/material/Switch';
import Typography from '@mui/material/Typography';
import { loadPreferences, savePreferences } from '../session/preferences';
import { chime } from './chime';
import { askToNotify, canNotify, isRefused, mayNotify } from './notification';

export function AttentionDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [sounds, setSounds] = useState(() => loadPreferences().sounds);
  const [notifications, setNotifications] = useState(() => loadPreferences().notifications && mayNotify());

  const switchSounds = (on: boolean) => {
    setSounds(on);
    savePreferences({ sounds: on });
    if (on) chime();
  };
  const switchNotifications = async (on: boolean) => {
    const allowed = on && (await askToNotify());
    setNotifications(allowed);
    savePreferences({ notifications: allowed });
  };

  return (
    <Dialog open={open} onClose={onClose} maxWidth="xs" fullWidth>
      <DialogTitle>Sounds and notifications</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 1 }}>
        <Typography sx={{ color: 'text.secondary' }}>When someone wants to join, raises a hand or writes.</Typography>
        <FormControlLabel
          control={<Switch checked={sounds} onChange={(_event, on) => switchSounds(on)} />}
          label="Play a sound"
          data-testid="attention-sounds"
        />
        {canNotify() && (
          <FormControlLabel
            control={
              <Switch
                checked={notifications}
                disabled={isRefused()}
                onChange={(_event, on) => void switchNotifications(on)}
              />
            }
            label="Show a notification while you look at something else"
            data-testid="attention-notifications"
          />
        )}
        {isRefused() && (
          <Typography sx={{ fontSize: 14, color: 'text.secondary' }}>
            Your browser blocks notifications from this site. Allow them in the browser’s site settings.
          </Typography>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Done</Button>
      </DialogActions>
    </Dialog>
  );
}
