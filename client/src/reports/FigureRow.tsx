/** The main figures of a report, side by side. */
import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';

export interface Figure {
  label: string;
  value: string;
}

export function FigureRow({ figures, testId }: { figures: Figure[]; testId?: string }) {
  return (
    <Paper
      component="dl"
      variant="outlined"
      sx={{
        m: 0,
        p: { xs: 2, sm: 2.5 },
        borderRadius: '16px',
        display: 'grid',
        gap: 2,
        gridTemplateColumns: 'repeat(auto-fit, minmax(120px, 1fr))',
      }}
      data-testid={testId}
    >
      {figures.map(({ label, value }) => (
        <Box key={label} sx={{ display: 'flex', flexDirection: 'column-reverse', justifyContent: 'flex-end' }}>
          <Box component="dt" sx={{ color: 'text.secondary', fontSize: '0.875rem' }}>
            {label}
          </Box>
          <Box
            component="dd"
            sx={{
              m: 0,
              fontSize: { xs: '1.25rem', sm: '1.625rem' },
              fontWeight: 700,
              fontVariantNumeric: 'tabular-nums',
            }}
          >
            {value}
          </Box>
        </Box>
      ))}
    </Paper>
  );
}
