/** The members of a room, for whoever may change who they are. */
import { useCallback, useEffect, useState } from 'react';
import type { Page, RoomMember } from '@minimeet/protocol';
import { type Problem, problemOf } from '../session/use-answer';
import { fetchMembers, removeMember } from '../session/rest';
import { asMe } from './use-own-room';

type Members = Pick<Page<RoomMember>, 'items' | 'total'>;

/** `members` are the first ones by name, `null` until they are known. `remove` rejects with a `RestError`. */
export function useMembers(slug: string) {
  const [members, setMembers] = useState<Members | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [wanted, setWanted] = useState(1);
  const [changes, setChanges] = useState(0);

  useEffect(() => {
    let isWanted = true;
    const look = async () => {
      try {
        const next = await asMe(({ accessToken }) => fetchFirst(accessToken, slug, wanted));
        if (!isWanted) return;
        setMembers(next);
        setProblem(null);
      } catch (error) {
        if (isWanted) setProblem(problemOf(error));
      }
    };
    void look();
    return () => void (isWanted = false);
  }, [slug, wanted, changes]);

  const lookAgain = useCallback(() => setChanges((before) => before + 1), []);
  const remove = useCallback(
    async ({ id }: RoomMember) => {
      await asMe(({ accessToken }) => removeMember(accessToken, slug, id));
      lookAgain();
    },
    [slug, lookAgain],
  );
  /** Shows at least one more, as many as the server gives at one time. */
  const showMore = () => setWanted((members?.items.length ?? 0) + 1);
  return { members, problem, remove, showMore, lookAgain };
}

/** At least the first `wanted`, as far as there are that many. */
async function fetchFirst(accessToken: string, slug: string, wanted: number): Promise<Members> {
  const items: RoomMember[] = [];
  for (;;) {
    const page = await fetchMembers(accessToken, slug, items.length);
    items.push(...page.items);
    if (page.items.length === 0 || items.length >= Math.min(wanted, page.total)) return { items, total: page.total };
  }
}
