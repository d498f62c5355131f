/** The page of a link with settings that cannot be followed. */
import { Link as RouterLink } from 'react-router';
import Button from '@mui/material/Button';
import type { EntryFault } from '../links/entry-options';
import { withToken } from '../links/join-token';
import { roomPath } from '../links/room-reference';
import { MessagePage } from './MessagePage';

export function LinkFaultsPage({ slug, token, faults }: { slug: string; token: string | null; faults: EntryFault[] }) {
  return (
    <MessagePage
      title="Something in this link is wrong"
      testId="link-faults"
      actions={
        <Button component={RouterLink} to={roomPath(slug) + withToken(token)} variant="contained" size="large">
          Open the meeting without these settings
        </Button>
      }
    >
      {faults.map(({ parameter, value, expected }) => (
        <p key={parameter}>
          <strong>
            {parameter}={value}
          </strong>
          : {parameter} has to be {expected}.
        </p>
      ))}
    </MessagePage>
  );
}
