/** A room's page: which of its views is shown follows from how far the visit is. */
import { useEffect, useMemo, useState } from 'react';
import { Navigate, useLocation, useParams } from 'react-router';
import { Notices } from '../common/Notices';
import { useStore } from '../common/use-store';
import { type EntryOptions, readEntryOptions } from '../links/entry-options';
import { tokenIn } from '../links/join-token';
import { logInLocation } from '../links/log-in-location';
import { roomPath, slugOf } from '../links/room-reference';
import { MeetingFault } from '../meeting/MeetingFault';
import { MeetingPage } from '../meeting/MeetingPage';
import { RoomVisit } from '../session/room-visit';
import { AccessEndedPage } from './AccessEndedPage';
import { ClosedRoomPage } from './ClosedRoomPage';
import { LinkEndedPage } from './LinkEndedPage';
import { LinkFaultsPage } from './LinkFaultsPage';
import { NoSuchMeetingPage } from './NoSuchMeetingPage';
import { OverPage } from './OverPage';
import { PreJoinPage } from './PreJoinPage';
import { UnreachablePage } from './UnreachablePage';
import { Waiting } from './Waiting';

export default function RoomPage() {
  const { reference = '' } = useParams();
  const { search, hash } = useLocation();
  const slug = slugOf(reference);
  const { options, faults } = useMemo(() => readEntryOptions(new URLSearchParams(search)), [search]);
  const token = tokenIn(hash);
  // The address loses the token unseen by the router, which hears of it with the next Back: that is no other visit.
  const [lastHash, setLastHash] = useState(hash);
  if (hash !== '' && hash !== lastHash) setLastHash(hash);
  useEffect(() => {
    // Nobody shall read it there, or hand it on with the address. The router need not know.
    if (token !== null)
      window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
  }, [reference, search, token]);

  if (!slug) return <NoSuchMeetingPage />;
  if (slug !== reference) return <Navigate to={roomPath(slug) + search + hash} replace />;
  if (faults.length > 0) return <LinkFaultsPage slug={slug} token={token} faults={faults} />;
  return <Visit key={slug + search + (hash || lastHash)} slug={slug} options={options} token={token} />;
}

function Visit({ slug, options, token }: { slug: string; options: EntryOptions; token: string | null }) {
  const [visit] = useState(() => new RoomVisit(slug, options, token));
  useEffect(() => {
    void visit.open();
    return () => visit.close();
  }, [visit]);

  return (
    <Notices>
      <VisitView visit={visit} />
    </Notices>
  );
}

function VisitView({ visit }: { visit: RoomVisit }) {
  const state = useStore(visit);
  switch (state.step) {
    case 'opening':
      return <Waiting label={state.delay ? 'Waiting for the server' : 'Opening the meeting'} />;
    case 'unavailable':
      if (state.problem.code === 'room_not_found') return <NoSuchMeetingPage />;
      if (['invalid_token', 'link_ended'].includes(state.problem.code))
        return <LinkEndedPage message={state.problem.message} />;
      if (state.problem.code === 'not_allowed') return <ClosedRoomPage />;
      if (state.problem.code === 'access_ended') return <AccessEndedPage />;
      if (state.problem.code === 'log_in_needed') return <ToLogIn message={state.problem.message} />;
      return <UnreachablePage message={state.problem.message} onRetry={() => void visit.open()} />;
    case 'lobby':
      return <PreJoinPage visit={visit} lobby={state} />;
    case 'meeting':
      return (
        <MeetingFault visit={visit} client={state.client}>
          <MeetingPage visit={visit} client={state.client} />
        </MeetingFault>
      );
    case 'over':
      return <OverPage visit={visit} client={state.client} moved={state.moved} />;
  }
}

function ToLogIn({ message }: { message: string }) {
  const { pathname, search } = useLocation();
  const [to, options] = logInLocation(pathname + search, message);
  return <Navigate to={to} {...options} />;
}
