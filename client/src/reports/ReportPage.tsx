/** The frame of a report: where it stands among the others, its name, and what can be done with it. */
import type { ReactNode } from 'react';
import { Link as RouterLink } from 'react-router';
import Box from '@mui/material/Box';
import Breadcrumbs from '@mui/material/Breadcrumbs';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { Notices } from '../common/Notices';
import { UserText } from '../common/UserText';
import { usePageTitle } from '../common/use-page-title';
import { Page } from '../pages/Page';

interface ReportPageProps {
  title: string;
  /** The pages above this one, from the top. */
  above?: { label: string; to: string }[];
  /** Below the title. */
  subtitle?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  testId: string;
}

export function ReportPage({ title, above = [], subtitle, actions, children, testId }: ReportPageProps) {
  usePageTitle(title);
  return (
    <Notices>
      <Page align="top">
        <Stack spacing={2} data-testid={testId} sx={{ minWidth: 0 }}>
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'flex-end' }}>
            <Box sx={{ flex: '1 1 240px', minWidth: 0 }}>
              {above.length > 0 && (
                <Breadcrumbs aria-label="Reports above this one" sx={{ fontSize: '0.875rem', mb: 0.5 }}>
                  {above.map(({ label, to }) => (
                    <Link key={to} component={RouterLink} to={to}>
                      {label}
                    </Link>
                  ))}
                </Breadcrumbs>
              )}
              <Typography variant="h1" sx={{ fontSize: { xs: '1.75rem', sm: '2rem' }, overflowWrap: 'anywhere' }}>
                <UserText>{title}</UserText>
              </Typography>
              {subtitle && <Typography sx={{ color: 'text.secondary', mt: 0.5 }}>{subtitle}</Typography>}
            </Box>
            {actions && <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>{actions}</Box>}
          </Box>
          {children}
        </Stack>
      </Page>
    </Notices>
  );
}
