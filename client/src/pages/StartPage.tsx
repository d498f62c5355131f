/** The start page: open a new meeting, or join one by its link or code. */
import { useEffect } from 'react';
import Box from '@mui/material/Box';
import Divider from '@mui/material/Divider';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { usePageTitle } from '../common/use-page-title';
import { useStore } from '../common/use-store';
import { below } from '../links/base-path';
import { account } from '../session/account';
import { AccountNote } from './AccountNote';
import { JoinForm } from './JoinForm';
import { NewMeetingForm } from './NewMeetingForm';
import { Page } from './Page';
import { loadRoomPage } from './load-room-page';

export function StartPage() {
  usePageTitle(null);

  // Everybody goes on to a room from here: fetch its code while they decide.
  useEffect(() => void loadRoomPage(), []);
  useEffect(() => void account.refresh(), []);
  const session = useStore(account);

  return (
    <Page>
      <Box
        sx={{ display: 'grid', gap: { xs: 4, md: 8 }, gridTemplateColumns: { md: '1fr 1fr' }, alignItems: 'center' }}
      >
        <Stack spacing={3}>
          <Stack spacing={1.5}>
            <Typography variant="h1">Meet face to face, on your own server</Typography>
            <Typography sx={{ color: 'text.secondary', fontSize: '1.125rem' }}>
              Video meetings for more than four people: open a link, choose a name, and you are in.
            </Typography>
          </Stack>
          <Paper variant="outlined" sx={{ p: { xs: 2, sm: 3 }, borderRadius: '20px' }}>
            <Stack spacing={2.5}>
              <NewMeetingForm />
              <Divider sx={{ color: 'text.secondary' }}>or</Divider>
              <JoinForm />
            </Stack>
          </Paper>
          {session && <AccountNote user={session.user} />}
        </Stack>
        <Box
          component="img"
          src={below('/welcome.svg')}
          alt=""
          sx={{ width: '100%', maxWidth: 520, justifySelf: 'center', display: { xs: 'none', md: 'block' } }}
        />
      </Box>
    </Page>
  );
}
