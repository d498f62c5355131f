/** The frame of chat and people: a column beside the stage; on phones it covers the stage, and leaves the toolbar. */
import { type ReactNode, useEffect, useRef } from 'react';
import CloseRounded from '@mui/icons-material/CloseRounded';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import useMediaQuery from '@mui/material/useMediaQuery';
import { PartBoundary } from '../common/PartBoundary';

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
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // What had the focus is covered now.
    if (open && isPhone) frame.current?.focus();
  }, [open, isPhone, title]);

  if (!open) return null;
  const beside = { width: 360, my: 2, mr: 2, mb: 0, borderRadius: '16px' };
  const overStage = { position: 'absolute', inset: 0, zIndex: 2, border: 0, borderRadius: 0, outline: 'none' };
  return (
    <Paper
      ref={frame}
      tabIndex={-1}
      component="aside"
      aria-label={title}
      variant="outlined"
      sx={{ display: 'flex', flexDirection: 'column', overflow: 'hidden', ...(isPhone ? overStage : beside) }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', pl: 2, pr: 1, py: isPhone ? 0.5 : 1 }}>
        <Typography variant="h3" component="h2" sx={{ flex: 1 }}>
          {title}
        </Typography>
        <IconButton onClick={onClose} aria-label={`Close ${title.toLowerCase()}`} data-testid="panel-close">
          <CloseRounded />
        </IconButton>
      </Box>
      <PartBoundary key={title} name={title}>
        {children}
      </PartBoundary>
    </Paper>
  );
}
