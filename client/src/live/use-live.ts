/** What runs now, asked again and again for as long as somebody looks at the page. */
import { useEffect, useState } from 'react';
import type { Live } from '@minimeet/protocol';
import { account, isUnknownSession } from '../session/account';
import { fetchLive } from '../session/reports';
import { type Problem, problemOf } from '../session/use-answer';
import { type LoadHistory, withLoads } from './load-history';

/** Milliseconds between an answer and the next question. */
const interval = 2000;
/** Milliseconds after which a question counts as failed. */
const patience = 10_000;

export interface LiveState {
  live: Live | null;
  /** When `live` was received, in milliseconds since 1970. */
  at: number;
  history: LoadHistory;
  /** Why the last question had no answer; `live` is the one before then. */
  problem: Problem | null;
}

const unknown: LiveState = { live: null, at: 0, history: new Map(), problem: null };

export function useLive(): LiveState {
  const [state, setState] = useState(unknown);

  useEffect(() => {
    let timer: number | undefined;
    let running: AbortController | null = null;

    const ask = async () => {
      const session = account.state;
      if (!session) return;
      const controller = new AbortController();
      running = controller;
      // Not `AbortSignal.any()`: browsers of 2023 lack it.
      const question = new AbortController();
      const { signal } = question;
      controller.signal.addEventListener('abort', () => question.abort());
      const limit = setTimeout(() => question.abort(), patience);
      try {
        const live = await account.withTokens(session, ({ accessToken }) => fetchLive({ accessToken, signal }));
        if (controller.signal.aborted) return;
        const at = Date.now();
        setState(({ history }) => ({ live, at, history: withLoads(history, live, at), problem: null }));
      } catch (error) {
        if (controller.signal.aborted) return;
        // Nobody is logged in any more.
        if (isUnknownSession(error)) return;
        setState((before) => ({ ...before, problem: problemOf(error) }));
        // Asking again does not make an administrator.
        if (problemOf(error).code === 'not_allowed') return;
      } finally {
        clearTimeout(limit);
      }
      running = null;
      timer = window.setTimeout(() => void ask(), interval);
    };
    const pause = () => {
      clearTimeout(timer);
      running?.abort();
      running = null;
    };
    const followVisibility = () => {
      pause();
      if (document.visibilityState === 'visible') void ask();
    };

    followVisibility();
    document.addEventListener('visibilitychange', followVisibility);
    return () => {
      document.removeEventListener('visibilitychange', followVisibility);
      pause();
    };
  }, []);

  return state;
}
