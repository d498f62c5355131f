/** Which page stands at which address. */
import { Suspense, lazy } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { NoSuchPage } from './pages/NoSuchPage';
import { StartPage } from './pages/StartPage';
import { Waiting } from './pages/Waiting';
import { loadRoomPage } from './pages/load-room-page';

const RoomPage = lazy(loadRoomPage);

export function App() {
  return (
    <BrowserRouter>
      <Suspense fallback={<Waiting label="Loading" />}>
        <Routes>
          <Route path="/" element={<StartPage />} />
          <Route path="/r/:reference" element={<RoomPage />} />
          <Route path="*" element={<NoSuchPage />} />
        </Routes>
      </Suspense>
    </BrowserRouter>
  );
}
