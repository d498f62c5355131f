/** The frame of chat and people: a column beside the stage, on phones the whole screen. */
import type { ReactNode } from 'react';
import CloseRounded from '@mui/icons-material/CloseRounded';
import Box from '@mui/material/Box';
import Drawer from '@mui/material/Drawer';
import IconButton from '@mui/material/IconButton';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import useMediaQuery from '@mui/material/useMediaQuery';

/** Where there is no room beside the stage. */
export const panelCoversStage = '(max-width: 767px)';

interface SidePanelProps {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ReactNode;
}

export function SidePanel({ open, title, onClose, children }: SidePanelProps) {
  const isPhone = useMediaQuery(panelCoversStage);
  const content = (
    <>
      <Box sx={{ display: 'flex', alignItems: 'center', pl: 2, pr: 1, py: 1 }}>
        <Typography variant="h3" component="h2" sx={{ flex: 1 }}>
          {title}
        </Typography>
        <IconButton onClick={onClose} aria-label={`Close ${title.toLowerCase()}`} data-testid="panel-close">
          <CloseRounded />
        </IconButton>
      </Box>
      {children}
    </>
  );

  if (isPhone) {
    return (
      <Drawer
        anchor="bottom"
        open={open}
        onClose={onClose}
        slotProps={{
          paper: {
            sx: { height: '100dvh', borderRadius: 0 },
            elevation: 0,
            role: 'dialog',
            'aria-modal': true,
            'aria-label': title,
          },
        }}
      >
        {content}
      </Drawer>
    );
  }
  if (!open) return null;
  return (
    <Paper
      component="aside"
      aria-label={title}
      variant="outlined"
      sx={{
        width: 360,
        my: 2,
        mr: 2,
        mb: 0,
        borderRadius: '16px',
        display: 'flex',
        flexDirection: 'column',
        overflow: 'hidden',
      }}
    >
      {content}
    </Paper>
  );
}
