/**
 * The session that a host application's join token began. It is this tab's at the page of its room, whoever is logged in to the
 * browser, and nobody's anywhere else.
 */
import type { Session } from '@minimeet/protocol';
import { below } from '../links/base-path';
import { roomPath } from '../links/room-reference';
import { isSession } from './account';
import { guestShelf } from './guest-shelf';
import { RestError, exchangeJoinToken, fetchRoom } from './rest';
import { isRecord, readStored, writeStored } from './stored';

interface Pass {
  /** Its own, and that of copies of its tab: the same person may have others, in other tabs, for other rooms. */
  id: string;
  slug: string;
  /** Of the link, for another server that shall let the same person in; older versions kept none. */
  token?: string | undefined;
  session: Session;
}

const key = 'minimeet.pass';

/** Thrown where a personal link led in and does no more. */
export class LinkEndedError extends Error {
  override readonly name = 'LinkEndedError';
  readonly code = 'link_ended';

  constructor() {
    super('Your personal link has ended');
  }
}

/** Rejects with a `RestError`, `invalid_token` also where the token is for another room. */
export async function enterWithToken(slug: string, token: string): Promise<void> {
  const session = await exchangeJoinToken(token);
  await fetchRoom(session.accessToken, slug).catch((error: unknown) => {
    const isElsewhere = error instanceof RestError && error.code === 'not_allowed';
    throw isElsewhere ? new RestError('invalid_token', 'The join token is for another meeting') : error;
  });
  save({ id: `${Date.now()}-${Math.random()}`, slug, token, session });
}

export const passSession = (): Session | null => current()?.session ?? null;

/** Of the personal link that led to this page. */
export const passToken = (): string | null => current()?.token ?? null;

export const passId = (): string | null => current()?.id ?? null;

/** The same with other tokens, or none any more. */
export function keepPassSession(session: Session | null): void {
  const pass = current();
  // Nothing of it stays in the browser.
  if (pass && !session) guestShelf(pass.id).keep(null);
  save(pass && session && { ...pass, session });
}

const save = (pass: Pass | null) => writeStored(() => sessionStorage, key, pass);

function current(): Pass | null {
  const pass = readStored(() => sessionStorage, key, isPass);
  return pass && window.location.pathname === below(roomPath(pass.slug)) ? pass : null;
}

function isPass(value: unknown): value is Pass {
  return (
    isRecord(value) &&
    typeof value['id'] === 'string' &&
    typeof value['slug'] === 'string' &&
    ['string', 'undefined'].includes(typeof value['token']) &&
    isSession(value['session'])
  );
}
