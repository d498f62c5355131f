/** The frame of the pages on which one logs in or makes an account. */
import type { ReactNode } from 'react';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { Page } from './Page';

interface AccountCardProps {
  title: string;
  testId: string;
  children: ReactNode;
}

export function AccountCard({ title, testId, children }: AccountCardProps) {
  return (
    <Page>
      <Paper
        variant="outlined"
        sx={{ p: { xs: 2, sm: 4 }, borderRadius: '20px', width: '100%', maxWidth: 440, justifySelf: 'center' }}
        data-testid={testId}
      >
        <Stack spacing={3}>
          <Typography variant="h1" sx={{ fontSize: '2rem' }}>
            {title}
          </Typography>
          {children}
        </Stack>
      </Paper>
    </Page>
  );
}
