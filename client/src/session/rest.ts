/** The REST calls that the web client makes, but for those of reports. */
import {
  type CreateRoom,
  type CreateUser,
  type ErrorAnswer,
  type ErrorCode,
  type LogOutEverywhere,
  type Login,
  type NewRoomInvitation,
  type Page,
  type Room,
  type RoomInvitation,
  type RoomMember,
  type ServerEntryOptions,
  type Session,
  type UpdateRoom,
  type UpdateUser,
  type User,
  type VisibleRoom,
  limits,
} from '@minimeet/protocol';
import { below } from '../links/base-path';
import { isRecord } from './stored';

/** A call that failed: decide by `code`. `unreachable` means that no MiniMeet server answered. */
export class RestError extends Error {
  override readonly name = 'RestError';

  constructor(
    readonly code: ErrorCode | 'unreachable',
    message: string,
  ) {
    super(message);
  }
}

export const logIn = (login: Login) => call<Session>('POST', '/auth/login', { body: login });

export const refreshSession = (refreshToken: string) =>
  call<Session>('POST', '/auth/refresh', { body: { refreshToken } });

/** Resolves with whatever the server answers; there is nothing to be done when it does not. */
export const endSession = (refreshToken: string) =>
  exchange('POST', '/auth/logout', 'application/json', { body: { refreshToken } });

/** On every device of whoever's token this is. Rejects as `call` does. */
export const endAllSessions = (accessToken: string, body: LogOutEverywhere) =>
  callWithoutAnswer('POST', '/auth/logout-everywhere', { accessToken, body });

export const createUser = (user: CreateUser) => call<User>('POST', '/users', { body: user });

export const fetchEntryOptions = () => call<ServerEntryOptions>('GET', '/auth/options', {});

export const fetchMe = (accessToken: string) => call<User>('GET', '/users/me', { accessToken });

export const createGuest = (displayName: string) => call<Session>('POST', '/auth/guest', { body: { displayName } });

export const exchangeJoinToken = (token: string) => call<Session>('POST', '/auth/join-token', { body: { token } });

export const createRoom = (accessToken: string, room: CreateRoom) =>
  call<Room>('POST', '/rooms', { accessToken, body: room });

export const fetchRoom = (accessToken: string, slug: string) =>
  call<VisibleRoom>('GET', `/rooms/${encodeURIComponent(slug)}`, { accessToken });

export const updateRoom = (accessToken: string, slug: string, change: UpdateRoom) =>
  call<Room>('PATCH', `/rooms/${encodeURIComponent(slug)}`, { accessToken, body: change });

export const updateUser = (accessToken: string, userId: string, change: UpdateUser) =>
  call<User>('PATCH', `/users/${encodeURIComponent(userId)}`, { accessToken, body: change });

const membersPath = (slug: string) => `/rooms/${encodeURIComponent(slug)}/participants`;

/** From `offset` on, as many as the server gives at one time. */
export const fetchMembers = (accessToken: string, slug: string, offset: number) =>
  call<Page<RoomMember>>(
    'GET',
    `${membersPath(slug)}?${new URLSearchParams({ limit: `${limits.page}`, offset: `${offset}` })}`,
    {
      accessToken,
    },
  );

/** Makes oneself a member. */
export const acceptInvitation = (accessToken: string, slug: string, invitation: string) =>
  call<RoomMember>('POST', membersPath(slug), { accessToken, body: { invitation } });

export const removeMember = (accessToken: string, slug: string, userId: string) =>
  callWithoutAnswer('DELETE', `${membersPath(slug)}/${encodeURIComponent(userId)}`, { accessToken });

const invitationsPath = (slug: string) => `/rooms/${encodeURIComponent(slug)}/invitations`;

/** All of them: a room has no more open ones than fit into one page. */
export const fetchInvitations = (accessToken: string, slug: string) =>
  call<Page<RoomInvitation>>('GET', `${invitationsPath(slug)}?limit=${limits.page}`, { accessToken });

export const createInvitation = (accessToken: string, slug: string, label: string | undefined) =>
  call<NewRoomInvitation>('POST', invitationsPath(slug), { accessToken, body: { label } });

export const withdrawInvitation = (accessToken: string, slug: string, id: string) =>
  callWithoutAnswer('DELETE', `${invitationsPath(slug)}/${encodeURIComponent(id)}`, { accessToken });

interface Request {
  accessToken?: string;
  body?: unknown;
  signal?: AbortSignal;
}

/** Calls and reads the JSON of the answer; rejects with a `RestError`, or as `fetch` does when `signal` ends the call. */
export async function call<Result>(method: string, path: string, request: Request): Promise<Result> {
  const { text, isOk, status } = await exchange(method, path, 'application/json', request);
  const answer = parse(text);
  if (isOk && answer !== undefined) return answer as Result;
  throw refusal(answer, status);
}

/** The same where success says nothing more. */
export async function callWithoutAnswer(method: string, path: string, request: Request): Promise<void> {
  const { text, isOk, status } = await exchange(method, path, 'application/json', request);
  if (!isOk) throw refusal(parse(text), status);
}

/** The text of the answer, in the media type `accept`; rejects as `call` does. */
export async function fetchText(path: string, accept: string, request: Request): Promise<string> {
  const { text, isOk, status } = await exchange('GET', path, accept, request);
  if (isOk) return text;
  throw refusal(parse(text), status);
}

async function exchange(method: string, path: string, accept: string, { accessToken, body, signal }: Request) {
  const headers: Record<string, string> = { Accept: accept };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (accessToken !== undefined) headers['Authorization'] = `Bearer ${accessToken}`;
  try {
    const response = await fetch(below(path), { method, headers, body: JSON.stringify(body), signal });
    return { text: await response.text(), isOk: response.ok, status: response.status };
  } catch {
    signal?.throwIfAborted();
    throw new RestError('unreachable', 'The server does not answer');
  }
}

/** A proxy in between may answer with something that is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(answer: unknown, status: number): RestError {
  if (isErrorAnswer(answer)) return new RestError(answer.error.code, answer.error.message);
  return new RestError('unreachable', `The server answered with status ${status}`);
}

/** A proxy in between may answer with something of its own. */
function isErrorAnswer(answer: unknown): answer is ErrorAnswer {
  return isRecord(answer) && isRecord(answer['error']) && typeof answer['error']['code'] === 'string';
}
