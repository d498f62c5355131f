/** The frame of every page outside of a meeting: the name of the product above, the content below. */
import type { ReactNode } from 'react';
import { Link as RouterLink } from 'react-router';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import { below } from '../links/base-path';
import { AccountLinks } from './AccountLinks';

const aroundColumn = { width: '100%', mx: 'auto', px: { xs: 2, sm: 4 } };

const productName = {
  // Where an account's links leave no room on a phone, the name wraps out of sight and its picture stays.
  display: 'inline-flex',
  flexWrap: 'wrap',
  columnGap: 1,
  height: 28,
  lineHeight: '28px',
  minWidth: 28,
  overflow: 'hidden',
  flexShrink: { xs: 1, sm: 0 },
  fontWeight: 700,
  fontSize: '1.125rem',
};

interface PageProps {
  children: ReactNode;
  /** `centre`: a page that says little; `top`: one that is read from above and may fill a wide window. */
  align?: 'centre' | 'top';
}

export function Page({ children, align = 'centre' }: PageProps) {
  const column = { ...aroundColumn, maxWidth: align === 'centre' ? 1120 : 1440 };
  return (
    <Box sx={{ minHeight: '100dvh', display: 'flex', flexDirection: 'column' }}>
      <Box
        component="header"
        sx={{ ...column, py: 2, display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: 1 }}
      >
        <Link component={RouterLink} to="/" underline="none" sx={productName}>
          <img src={below('/favicon.svg')} alt="" width={28} height={28} />
          MiniMeet
        </Link>
        <AccountLinks />
      </Box>
      <Box
        component="main"
        sx={{
          ...column,
          flex: 1,
          display: 'grid',
          // A wide table scrolls in its own box instead of widening the page.
          gridTemplateColumns: 'minmax(0, 1fr)',
          alignItems: align === 'centre' ? 'center' : 'start',
          pb: 4,
        }}
      >
        {children}
      </Box>
    </Box>
  );
}
