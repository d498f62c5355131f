/** What stands where figures would, when there are none. */
import type { ReactNode } from 'react';
import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import QueryStatsRounded from '@mui/icons-material/QueryStatsRounded';

export function NothingYet({ children }: { children: ReactNode }) {
  return (
    <Paper
      variant="outlined"
      sx={{ p: 5, borderRadius: '16px', textAlign: 'center', color: 'text.secondary' }}
      data-testid="report-empty"
    >
      <QueryStatsRounded sx={{ fontSize: 48, opacity: 0.6 }} />
      <Box>{children}</Box>
    </Paper>
  );
}
