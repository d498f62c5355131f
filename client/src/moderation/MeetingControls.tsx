/** What a moderator does about everyone: above the list of people. */
import { useState } from 'react';
import type { MeetingSwitches } from '@minimeet/sdk';
import CheckBoxOutlineBlankRounded from '@mui/icons-material/CheckBoxOutlineBlankRounded';
import CheckBoxRounded from '@mui/icons-material/CheckBoxRounded';
import LockOpenRounded from '@mui/icons-material/LockOpenRounded';
import LockRounded from '@mui/icons-material/LockRounded';
import MicOffRounded from '@mui/icons-material/MicOffRounded';
import MoreVertRounded from '@mui/icons-material/MoreVertRounded';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { ConfirmDialog } from '../common/ConfirmDialog';
import { useMeeting } from '../meeting/meeting-context';
import { useOwnRights } from './own-rights';
import { useModeration } from './use-moderation';
import { pageLandmark } from '../common/landmark';

const switchLabels: Record<keyof MeetingSwitches, string> = {
  onlyModeratorsShare: 'Only moderators share their screen',
  onlyModeratorsUnmute: 'Only moderators unmute',
  onlyModeratorsChat: 'Only moderators write in the chat',
};

export function MeetingControls() {
  const { moderates } = useOwnRights();
  const locked = useMeeting((state) => state.locked);
  const ask = useModeration();
  if (!moderates) return locked ? <LockedNote /> : null;
  return (
    <Box sx={{ display: 'flex', gap: 1, px: 2, pb: 1 }} role="group" aria-label="For everyone">
      <Button
        size="small"
        variant="outlined"
        startIcon={<MicOffRounded />}
        onClick={() => ask((moderator) => moderator.muteAll())}
        data-testid="mute-all"
      >
        Mute all
      </Button>
      <Button
        size="small"
        variant={locked ? 'contained' : 'outlined'}
        startIcon={locked ? <LockRounded /> : <LockOpenRounded />}
        aria-pressed={locked}
        onClick={() => ask((moderator) => moderator.lockMeeting(!locked))}
        data-testid="lock-meeting"
      >
        {locked ? 'Locked' : 'Lock'}
      </Button>
      <Box sx={{ flex: 1 }} />
      <MeetingMenu />
    </Box>
  );
}

function LockedNote() {
  return (
    <Box
      sx={{ display: 'flex', gap: 1, alignItems: 'center', px: 2, pb: 1, color: 'text.secondary', fontSize: 14 }}
      data-testid="meeting-locked"
    >
      <LockRounded fontSize="small" /> The meeting is locked: nobody new may enter.
    </Box>
  );
}

function MeetingMenu() {
  const switches = useMeeting((state) => state.switches);
  const ask = useModeration();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [ending, setEnding] = useState(false);
  return (
    <>
      <IconButton
        size="small"
        onClick={(event) => setAnchor(event.currentTarget)}
        aria-label="More for everyone"
        aria-haspopup="menu"
        data-testid="meeting-menu"
      >
        <MoreVertRounded />
      </IconButton>
      <Menu container={pageLandmark} anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {(Object.keys(switchLabels) as (keyof MeetingSwitches)[]).map((name) => (
          <MenuItem
            key={name}
            role="menuitemcheckbox"
            aria-checked={switches[name]}
            onClick={() => ask((moderator) => moderator.setSwitches({ [name]: !switches[name] }))}
            data-testid={`switch-${name}`}
          >
            {/* A picture of a checkbox: the entry itself is one. */}
            <Box component="span" sx={{ display: 'flex', mr: 1.5, color: switches[name] ? 'primary.main' : undefined }}>
              {switches[name] ? <CheckBoxRounded fontSize="small" /> : <CheckBoxOutlineBlankRounded fontSize="small" />}
            </Box>
            {switchLabels[name]}
          </MenuItem>
        ))}
        <Divider />
        <MenuItem
          onClick={() => {
            setAnchor(null);
            setEnding(true);
          }}
          sx={{ color: 'error.main' }}
          data-testid="end-meeting"
        >
          End the meeting for everyone
        </MenuItem>
      </Menu>
      <ConfirmDialog
        open={ending}
        title="End the meeting for everyone?"
        action="End it"
        onClose={() => setEnding(false)}
        onConfirm={() => ask((moderator) => moderator.endMeeting())}
      >
        All who are here leave. The room and its chat stay.
      </ConfirmDialog>
    </>
  );
}
