/** What a moderator does about one participant. */
import { useState } from 'react';
import type { RemoteParticipant, Role } from '@minimeet/sdk';
import MoreVertRounded from '@mui/icons-material/MoreVertRounded';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { isolated } from '../common/direction';
import { ConfirmDialog } from '../common/ConfirmDialog';
import { useMeeting } from '../meeting/meeting-context';
import { isAppointed, useOwnRights } from './own-rights';
import { useModeration } from './use-moderation';
import { pageLandmark } from '../common/landmark';

const roleLabels: Record<Role, string> = {
  host: 'Make host',
  moderator: 'Make moderator',
  speaker: 'Make speaker',
  attendee: 'Make attendee',
};

/** Nothing for who may do nothing. */
export function ParticipantMenu({ participant }: { participant: RemoteParticipant }) {
  const { id, displayName, media, role } = participant;
  const { moderates, appoints } = useOwnRights();
  const isHandRaised = useMeeting((state) => state.hands.includes(id));
  const ask = useModeration();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [removing, setRemoving] = useState(false);
  if (!moderates) return null;

  const mayChange = appoints || !isAppointed(role);
  const rolesToGive = (Object.keys(roleLabels) as Role[]).filter((each) => each !== role);
  const entries = [
    media.microphone?.paused === false && {
      id: 'mute',
      label: 'Mute',
      run: () => ask((moderator) => moderator.muteParticipant(id)),
    },
    media.camera && {
      id: 'stop-camera',
      label: 'Stop camera',
      run: () => ask((moderator) => moderator.stopSource(id, 'camera')),
    },
    media.screen && {
      id: 'stop-screen',
      label: 'Stop screen share',
      run: () => ask((moderator) => moderator.stopSource(id, 'screen')),
    },
    isHandRaised && {
      id: 'lower-hand',
      label: 'Lower hand',
      run: () => ask((moderator) => moderator.lowerHand(id)),
    },
    ...rolesToGive.map(
      (each) =>
        mayChange &&
        (appoints || !isAppointed(each)) && {
          id: `make-${each}`,
          label: roleLabels[each],
          run: () => ask((moderator) => moderator.setRole(id, each)),
        },
    ),
    mayChange && { id: 'remove', label: 'Remove from the meeting', run: () => setRemoving(true) },
  ].filter((entry) => typeof entry === 'object');

  return (
    <>
      <IconButton
        size="small"
        onClick={(event) => setAnchor(event.currentTarget)}
        aria-label={`Moderate ${isolated(displayName)}`}
        aria-haspopup="menu"
        data-testid="person-menu"
      >
        <MoreVertRounded fontSize="small" />
      </IconButton>
      <Menu container={pageLandmark} anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {entries.map((entry) => (
          <MenuItem
            key={entry.id}
            onClick={() => {
              setAnchor(null);
              entry.run();
            }}
            data-testid={`person-${entry.id}`}
          >
            {entry.label}
          </MenuItem>
        ))}
      </Menu>
      <RemovalDialog
        name={displayName}
        open={removing}
        onClose={() => setRemoving(false)}
        onRemove={(ban) => ask((moderator) => moderator.removeParticipant(id, { ban }))}
      />
    </>
  );
}

interface RemovalDialogProps {
  name: string;
  open: boolean;
  onClose: () => void;
  onRemove: (ban: boolean) => void;
}

function RemovalDialog({ name, open, onClose, onRemove }: RemovalDialogProps) {
  const [ban, setBan] = useState(false);
  return (
    <ConfirmDialog
      open={open}
      title={`Remove ${isolated(name)} from the meeting?`}
      action="Remove"
      onClose={onClose}
      onConfirm={() => onRemove(ban)}
    >
      <FormControlLabel
        control={<Checkbox checked={ban} onChange={(event) => setBan(event.target.checked)} data-testid="ban" />}
        label="They may not come back while this meeting lasts"
      />
    </ConfirmDialog>
  );
}
