/** The page of an invitation into the members of a room: one accepts it with one's account, and enters. */
import { useEffect, useState } from 'react';
import { Link as RouterLink, useLocation, useNavigate, useParams } from 'react-router';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { useStore } from '../common/use-store';
import { logInLocation } from '../links/log-in-location';
import { roomPath, slugOf } from '../links/room-reference';
import { account } from '../session/account';
import { acceptInvitation } from '../session/rest';
import { readStored, writeStored } from '../session/stored';
import { type Problem, problemOf } from '../session/use-answer';
import { MessagePage } from './MessagePage';
import { NoSuchMeetingPage } from './NoSuchMeetingPage';

const keyOf = (slug: string) => `minimeet.invitation.${slug}`;
const storage = () => sessionStorage;

/** In the fragment, which browsers send to no server and put into no log. */
const codeIn = (hash: string): string | null => new URLSearchParams(hash.replace(/^#/, '')).get('code') || null;

export default function InvitationPage() {
  const { reference = '' } = useParams();
  const slug = slugOf(reference);
  return slug ? <Invitation key={slug} slug={slug} /> : <NoSuchMeetingPage />;
}

function Invitation({ slug }: { slug: string }) {
  const { pathname, hash } = useLocation();
  const navigate = useNavigate();
  const session = useStore(account);
  // Whoever has to log in first comes back to the address without it.
  const [code] = useState(() => codeIn(hash) ?? readStored(storage, keyOf(slug), isCode));
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  useEffect(() => {
    if (code === null) return;
    writeStored(storage, keyOf(slug), code);
    // Nobody shall read it there, or hand it on with the address.
    window.history.replaceState(window.history.state, '', window.location.pathname);
  }, [code, slug]);

  if (code === null || problem?.code === 'invalid_invitation') {
    return (
      <MessagePage title="This invitation is not good any more" testId="invitation-ended">
        It was used or withdrawn, has expired, or is not the whole link. Ask the person who invited you for another one.
      </MessagePage>
    );
  }
  if (problem?.code === 'room_not_found') return <NoSuchMeetingPage />;

  const accept = async () => {
    if (!session) return;
    setBusy(true);
    setProblem(null);
    try {
      await account.withTokens(session, ({ accessToken }) => acceptInvitation(accessToken, slug, code));
      writeStored(storage, keyOf(slug), null);
      await navigate(roomPath(slug), { replace: true });
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  const [to, { state }] = logInLocation(pathname, 'Log in to accept the invitation');

  return (
    <MessagePage
      title="You are invited"
      testId="invitation"
      actions={
        session ? (
          <Button
            variant="contained"
            size="large"
            loading={isBusy}
            onClick={() => void accept()}
            data-testid="accept-invitation"
          >
            Become a member
          </Button>
        ) : (
          <Button
            component={RouterLink}
            to={to}
            state={state}
            variant="contained"
            size="large"
            data-testid="log-in-button"
          >
            Log in to accept
          </Button>
        )
      }
    >
      {problem && (
        <Alert severity="error" sx={{ mb: 2 }} data-testid="invitation-problem">
          You are no member yet. {problem.message}.
        </Alert>
      )}
      As a member, you come into this meeting without a password and without waiting.
    </MessagePage>
  );
}

function isCode(value: unknown): value is string {
  return typeof value === 'string';
}
