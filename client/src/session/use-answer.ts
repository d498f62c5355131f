/** Asking the server, in React, for what a page shows to an account. */
import { useCallback, useEffect, useEffectEvent, useState } from 'react';
import { useStore } from '../common/use-store';
import { account } from './account';
import type { Caller } from './reports';
import { RestError } from './rest';

/** Decide by `code`, one of REST's or `unreachable`. */
export interface Problem {
  code: string;
  message: string;
}

export interface Answer<Value> {
  /** The last answer; while the next one is awaited, and when it fails, the one before stays. */
  value: Value | null;
  isLoading: boolean;
  problem: Problem | null;
  retry: () => void;
}

interface Settled<Value> {
  turn: string;
  value: Value | null;
  problem: Problem | null;
}

/** What `request` answers, asked again whenever `key` (all that the request depends on) changes. */
export function useAnswer<Value>(key: string, request: (caller: Caller) => Promise<Value>): Answer<Value> {
  const session = useStore(account);
  const userId = session?.user.id;
  const [attempt, setAttempt] = useState(0);
  const turn = `${attempt} ${userId} ${key}`;
  const [settled, setSettled] = useState<Settled<Value>>({ turn: '', value: null, problem: null });

  const ask = useEffectEvent(async (signal: AbortSignal) => {
    if (!session) return;
    try {
      const value = await account.withTokens(session, ({ accessToken }) => request({ accessToken, signal }));
      if (!signal.aborted) setSettled({ turn, value, problem: null });
    } catch (error) {
      if (signal.aborted) return;
      setSettled(({ value }) => ({ turn, value, problem: problemOf(error) }));
    }
  });
  useEffect(() => {
    const controller = new AbortController();
    void ask(controller.signal);
    return () => controller.abort();
  }, [turn]);

  const retry = useCallback(() => setAttempt((before) => before + 1), []);
  const isLoading = settled.turn !== turn;
  return { value: settled.value, isLoading, problem: isLoading ? null : settled.problem, retry };
}

export function problemOf(error: unknown): Problem {
  if (error instanceof RestError) return { code: error.code, message: error.message };
  return { code: 'internal_error', message: error instanceof Error ? error.message : String(error) };
}
