/** A page that says one thing and offers what can be done about it. */
import type { ReactNode } from 'react';
import { Link as RouterLink } from 'react-router';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { usePageTitle } from '../common/use-page-title';
import { Page } from './Page';

interface MessagePageProps {
  title: string;
  children?: ReactNode;
  /** Buttons, before the one that leads to the start page. */
  actions?: ReactNode;
  testId: string;
}

const focus = (heading: HTMLElement | null) => heading?.focus();

export function MessagePage({ title, children, actions, testId }: MessagePageProps) {
  usePageTitle(title);
  return (
    <Page>
      <Stack spacing={3} sx={{ textAlign: 'center', alignItems: 'center' }} data-testid={testId}>
        {/* Takes the focus, so that whoever does not see the page change hears it. */}
        <Typography variant="h1" tabIndex={-1} ref={focus} sx={{ outline: 'none' }}>
          {title}
        </Typography>
        <Box sx={{ color: 'text.secondary', maxWidth: '60ch' }}>{children}</Box>
        <Stack direction="row" spacing={1.5} useFlexGap sx={{ flexWrap: 'wrap', justifyContent: 'center' }}>
          {actions}
          <Button
            component={RouterLink}
            to="/"
            size="large"
            variant={actions ? 'text' : 'contained'}
            data-testid="home-button"
          >
            Back to the start page
          </Button>
        </Stack>
      </Stack>
    </Page>
  );
}
