/** On phones: the actions that have no button of their own. */
import { useRef, useState } from 'react';
import MoreVertRounded from '@mui/icons-material/MoreVertRounded';
import ListItemIcon from '@mui/material/ListItemIcon';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { RoundButton } from '../common/RoundButton';
import type { ToolbarAction } from './toolbar-action';
import { pageLandmark } from '../common/landmark';

export function MoreMenu({ actions }: { actions: readonly ToolbarAction[] }) {
  const button = useRef<HTMLButtonElement>(null);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <RoundButton
        ref={button}
        label="More"
        expanded={anchor !== null}
        onClick={() => setAnchor(button.current)}
        testId="toolbar-more"
      >
        <MoreVertRounded />
      </RoundButton>
      <Menu
        container={pageLandmark}
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'top', horizontal: 'center' }}
        transformOrigin={{ vertical: 'bottom', horizontal: 'center' }}
      >
        {actions.map(({ id, label, icon, pressed, run }) => (
          <MenuItem
            key={id}
            role={pressed === undefined ? undefined : 'menuitemcheckbox'}
            aria-checked={pressed}
            selected={pressed}
            onClick={() => {
              setAnchor(null);
              if (button.current) run(button.current);
            }}
            data-testid={`toolbar-${id}`}
          >
            <ListItemIcon>{icon}</ListItemIcon>
            {label}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
