/** What the bars of a timeline mean. */
import Box from '@mui/material/Box';
import { EndMark } from './EndMark';
import { type ShownQuality, leaveReasonNames, qualityNames } from './figures';
import { qualityLook } from './quality-look';

const row = { display: 'flex', alignItems: 'center', gap: 0.75 };

export function TimelineLegend() {
  return (
    <Box
      component="ul"
      aria-label="Legend: quality of the connection, and how it ended"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        columnGap: 2,
        rowGap: 0.5,
        m: 0,
        p: 0,
        fontSize: '0.8125rem',
        listStyle: 'none',
      }}
    >
      {(Object.keys(qualityNames) as ShownQuality[]).map((quality) => (
        <Box key={quality} component="li" sx={row}>
          <Box sx={{ width: 28, height: 14, borderRadius: '4px', ...qualityLook(quality) }} />
          {qualityNames[quality]}
        </Box>
      ))}
      {(['connection_lost', 'removed'] as const).map((reason) => (
        <Box key={reason} component="li" sx={row}>
          <EndMark reason={reason} />
          {leaveReasonNames[reason]}
        </Box>
      ))}
    </Box>
  );
}
