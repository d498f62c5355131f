/** Says that microphone and camera are off because their user was away, until they have read it. */
import { useEffect, useState } from 'react';
import Alert from '@mui/material/Alert';
import { useStore } from '../common/use-store';
import type { RoomVisit } from '../session/room-visit';
import { useMeetingClient } from './meeting-context';

export function ReturnBanner({ visit }: { visit: RoomVisit }) {
  const client = useMeetingClient();
  const [awayMs, setAwayMs] = useState(visit.awayMs);
  const { microphone, camera } = useStore(visit.capture);
  useEffect(() => {
    const show = ({ awayMs }: { awayMs: number }) => setAwayMs(awayMs);
    client.on('returned_muted', show);
    return () => void client.off('returned_muted', show);
  }, [client]);
  // Whoever has switched something on knows.
  if (awayMs === null || microphone.on || camera.on) return null;
  return (
    <Alert severity="info" role="status" data-testid="returned-muted" onClose={() => setAwayMs(null)}>
      You were away for {describeTime(awayMs)}. Your microphone and camera are off.
    </Alert>
  );
}

function describeTime(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 1) return 'a while';
  if (minutes < 60) return minutes === 1 ? 'a minute' : `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours === 1 ? 'an hour' : `${hours} hours`;
}
