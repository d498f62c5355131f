/** In place of the form for entering: one has asked to come in, and somebody inside decides. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import CircularProgress from '@mui/material/CircularProgress';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';

const focus = (notice: HTMLElement | null) => notice?.focus();

/** @param attended whether anybody is in the meeting who may let one in; `null`: not known yet */
export function LobbyNotice({ attended, onLeave }: { attended: boolean | null; onLeave: () => void }) {
  const notBegun = attended === false;

  return (
    <Stack spacing={2} data-testid="in-lobby">
      {/* Takes the focus from the button that was here, so that whoever does not see the page change hears it. */}
      <Box
        sx={{ display: 'flex', gap: 2, alignItems: 'center', outline: 'none' }}
        role="status"
        tabIndex={-1}
        ref={focus}
      >
        <CircularProgress size={28} sx={{ flexShrink: 0 }} aria-hidden />
        <Box>
          <Typography sx={{ fontWeight: 600 }} data-testid="lobby-title">
            {notBegun ? 'The meeting hasn’t started' : 'You have knocked'}
          </Typography>
          <Typography sx={{ color: 'text.secondary' }}>
            {notBegun
              ? 'You can join once the host is here and lets you in. Keep this page open.'
              : 'Somebody in the meeting has to let you in. You enter by yourself then.'}
          </Typography>
        </Box>
      </Box>
      <Button variant="outlined" size="large" onClick={onLeave} data-testid="stop-waiting-button">
        Stop waiting
      </Button>
    </Stack>
  );
}
