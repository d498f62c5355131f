/** The addresses of the pages to log in and to make an account on, and the way back from them. */
import type { NavigateOptions } from 'react-router';

/** Where to log in, so that one comes back to the page at `from`; for `navigate()`. `message` says why one has to. */
export function logInLocation(from: string, message?: string): [to: string, options: NavigateOptions] {
  return [`/login${cameFrom(from)}`, { replace: true, state: message === undefined ? null : { message } }];
}

/** Where to make an account, so that one comes back to the page at `from` with it. */
export function signUpPath(from: string): string {
  return `/signup${cameFrom(from)}`;
}

function cameFrom(from: string): string {
  return from === '/' ? '' : `?${new URLSearchParams({ from })}`;
}

/** The page that `?from=` names; the start page where it names none of ours. */
export function returnPath(query: URLSearchParams): string {
  const from = query.get('from') ?? '/';
  // Browsers read `//host` and `/\host` as other sites, and leave out tabs and line breaks before they do.
  return /^\/(?![/\\])[^\t\r\n]*$/.test(from) ? from : '/';
}

/** What the page that led to the log-in had to say. */
export function messageOf(state: unknown): string | null {
  if (typeof state !== 'object' || state === null || !('message' in state)) return null;
  return typeof state.message === 'string' ? state.message : null;
}
