/** The page of a room that is for its members, or for whom an application sends, to who is neither. */
import { Link as RouterLink, useLocation } from 'react-router';
import Button from '@mui/material/Button';
import { useStore } from '../common/use-store';
import { logInLocation } from '../links/log-in-location';
import { account } from '../session/account';
import { MessagePage } from './MessagePage';

export function ClosedRoomPage() {
  const { pathname, search } = useLocation();
  const isLoggedIn = useStore(account) !== null;
  const [to, { state }] = logInLocation(pathname + search, 'This meeting is not open to everybody');
  return (
    <MessagePage
      title="You may not enter this meeting"
      testId="closed-room"
      actions={
        !isLoggedIn && (
          <Button
            component={RouterLink}
            to={to}
            state={state}
            variant="contained"
            size="large"
            data-testid="log-in-button"
          >
            Log in
          </Button>
        )
      }
    >
      {isLoggedIn
        ? 'It is for its members and those with a personal link. Ask the person who invited you.'
        : 'It is for its members and those with a personal link. If you are a member, log in.'}
    </MessagePage>
  );
}
