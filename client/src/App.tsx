/** Which page stands at which address. */
import { Suspense, lazy } from 'react';
import { BrowserRouter, Route, Routes, useLocation } from 'react-router';
import { FaultBoundary } from './pages/FaultBoundary';
import { NoSuchPage } from './pages/NoSuchPage';
import { StartPage } from './pages/StartPage';
import { Waiting } from './pages/Waiting';
import { loadRoomPage } from './pages/load-room-page';

const RoomPage = lazy(loadRoomPage);

export function App() {
  return (
    <BrowserRouter>
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
          <Route path="*" element={<NoSuchPage />} />
        </Routes>
      </Suspense>
    </FaultBoundary>
  );
}
