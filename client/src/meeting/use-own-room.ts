/** The room of the meeting, for whoever may change it. */
import { useCallback, useEffect, useState } from 'react';
import type { Room, UpdateRoom, VisibleRoom } from '@minimeet/protocol';
import { fetchRoom, updateRoom } from '../session/rest';
import { sessionName, withSession } from '../session/session';

/** `room` is `null` for who may not change it, and until that is known. */
export function useOwnRoom(slug: string) {
  const [room, setRoom] = useState<Room | null>(null);

  useEffect(() => {
    let isWanted = true;
    const look = async () => {
      const own = await asMe(async ({ accessToken, user }) => {
        const seen = await fetchRoom(accessToken, slug);
        return isWhole(seen) && (user.isAdmin || seen.owner?.id === user.id) ? seen : null;
      });
      if (isWanted) setRoom(own);
    };
    // Whoever cannot ask now changes nothing now.
    look().catch(() => undefined);
    return () => void (isWanted = false);
  }, [slug]);

  /** Rejects with a `RestError`. */
  const change = useCallback(
    async (wanted: UpdateRoom) => setRoom(await asMe(({ accessToken }) => updateRoom(accessToken, slug, wanted))),
    [slug],
  );
  return { room, change };
}

/** Whoever is in a meeting has a session, which has a name. */
export function asMe<Result>(call: Parameters<typeof withSession<Result>>[1]): Promise<Result> {
  return withSession(sessionName() ?? '', call);
}

function isWhole(room: VisibleRoom): room is Room {
  return room.participantsNow !== undefined;
}
