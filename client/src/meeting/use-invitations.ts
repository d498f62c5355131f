/** The open invitations of a room, for whoever may change who its members are. */
import { useCallback, useEffect, useState } from 'react';
import type { RoomInvitation } from '@minimeet/protocol';
import { createInvitation, fetchInvitations, withdrawInvitation } from '../session/rest';
import { type Problem, problemOf } from '../session/use-answer';
import { asMe } from './use-own-room';

/** `invitations` are `null` until they are known. `invite` and `withdraw` reject with a `RestError`. */
export function useInvitations(slug: string) {
  const [invitations, setInvitations] = useState<RoomInvitation[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [changes, setChanges] = useState(0);

  useEffect(() => {
    let isWanted = true;
    const look = async () => {
      try {
        const { items } = await asMe(({ accessToken }) => fetchInvitations(accessToken, slug));
        if (!isWanted) return;
        setInvitations(items);
        setProblem(null);
      } catch (error) {
        if (isWanted) setProblem(problemOf(error));
      }
    };
    void look();
    return () => void (isWanted = false);
  }, [slug, changes]);

  const lookAgain = useCallback(() => setChanges((before) => before + 1), []);
  const invite = useCallback(
    async (label: string | undefined) => {
      const invitation = await asMe(({ accessToken }) => createInvitation(accessToken, slug, label));
      lookAgain();
      return invitation;
    },
    [slug, lookAgain],
  );
  const withdraw = useCallback(
    async ({ id }: RoomInvitation) => {
      await asMe(({ accessToken }) => withdrawInvitation(accessToken, slug, id));
      lookAgain();
    },
    [slug, lookAgain],
  );
  return { invitations, problem, invite, withdraw, lookAgain };
}
