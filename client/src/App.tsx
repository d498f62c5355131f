/** Which page stands at which address. */
import { Suspense, lazy } from 'react';
import { BrowserRouter, Route, Routes, useLocation } from 'react-router';
import { basePath } from './links/base-path';
import { FaultBoundary } from './pages/FaultBoundary';
import { NoSuchPage } from './pages/NoSuchPage';
import { StartPage } from './pages/StartPage';
import { Waiting } from './pages/Waiting';
import { WithAccount } from './pages/WithAccount';
import { loadRoomPage } from './pages/load-room-page';

const RoomPage = lazy(loadRoomPage);
const InvitationPage = lazy(() => import('./pages/InvitationPage'));
const LogInPage = lazy(() => import('./pages/LogInPage'));
const SignUpPage = lazy(() => import('./pages/SignUpPage'));
const AccountPage = lazy(() => import('./account/AccountPage'));
// Apart from the rest, because they come with charts.
const OverviewPage = lazy(() => import('./reports/OverviewPage'));
const RoomReportPage = lazy(() => import('./reports/RoomReportPage'));
const MeetingReportPage = lazy(() => import('./reports/MeetingReportPage'));
const LivePage = lazy(() => import('./live/LivePage'));

export function App() {
  return (
    <BrowserRouter basename={basePath || '/'}>
      <Pages />
    </BrowserRouter>
  );
}

function Pages() {
  const { pathname } = useLocation();
  return (
    // By its key, a page that failed does not keep the next one from being shown.
    <FaultBoundary key={pathname}>
      <Suspense fallback={<Waiting label="Loading" />}>
        <Routes>
          <Route path="/" element={<StartPage />} />
          <Route path="/r/:reference" element={<RoomPage />} />
          <Route path="/r/:reference/invitation" element={<InvitationPage />} />
          <Route path="/login" element={<LogInPage />} />
          <Route path="/signup" element={<SignUpPage />} />
          <Route element={<WithAccount />}>
            <Route path="/account" element={<AccountPage />} />
            <Route path="/reports" element={<OverviewPage />} />
            <Route path="/reports/rooms/:reference" element={<RoomReportPage />} />
            <Route path="/reports/meetings/:id" element={<MeetingReportPage />} />
            <Route path="/live" element={<LivePage />} />
          </Route>
          <Route path="*" element={<NoSuchPage />} />
        </Routes>
      </Suspense>
    </FaultBoundary>
  );
}
