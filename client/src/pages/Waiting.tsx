/** A page that is not there yet. */
import Box from '@mui/material/Box';
import CircularProgress from '@mui/material/CircularProgress';
import Typography from '@mui/material/Typography';

export function Waiting({ label }: { label: string }) {
  return (
    <Box
      sx={{ minHeight: '100dvh', display: 'grid', placeContent: 'center', justifyItems: 'center', gap: 2 }}
      role="status"
    >
      <CircularProgress aria-hidden />
      <Typography sx={{ color: 'text.secondary' }}>{label}…</Typography>
    </Box>
  );
}
