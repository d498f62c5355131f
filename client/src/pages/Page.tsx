/** The frame of every page outside of a meeting: the name of the product above, the content below. */
import type { ReactNode } from 'react';
import { Link as RouterLink } from 'react-router';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';

const column = { width: '100%', maxWidth: 1120, mx: 'auto', px: { xs: 2, sm: 4 } };

export function Page({ children }: { children: ReactNode }) {
  return (
    <Box sx={{ minHeight: '100dvh', display: 'flex', flexDirection: 'column' }}>
      <Box component="header" sx={{ ...column, py: 2 }}>
        <Link
          component={RouterLink}
          to="/"
          underline="none"
          sx={{ display: 'inline-flex', alignItems: 'center', gap: 1, fontWeight: 700, fontSize: '1.125rem' }}
        >
          <img src="/favicon.svg" alt="" width={28} height={28} />
          MiniMeet
        </Link>
      </Box>
      <Box component="main" sx={{ ...column, flex: 1, display: 'grid', alignItems: 'center', pb: 4 }}>
        {children}
      </Box>
    </Box>
  );
}
