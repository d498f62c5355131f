/** The few REST calls that the web client makes. */
import type { CreateRoom, ErrorAnswer, ErrorCode, Room, Session, UpdateUser, User } from '@minimeet/protocol';
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

export const createGuest = (displayName: string) => call<Session>('POST', '/auth/guest', { body: { displayName } });

export const createRoom = (accessToken: string, room: CreateRoom) =>
  call<Room>('POST', '/rooms', { accessToken, body: room });

export const fetchRoom = (accessToken: string, slug: string) =>
  call<Room>('GET', `/rooms/${encodeURIComponent(slug)}`, { accessToken });

export const updateUser = (accessToken: string, userId: string, change: UpdateUser) =>
  call<User>('PATCH', `/users/${encodeURIComponent(userId)}`, { accessToken, body: change });

async function call<Result>(
  method: string,
  path: string,
  { accessToken, body }: { accessToken?: string; body?: unknown },
): Promise<Result> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (accessToken !== undefined) headers['Authorization'] = `Bearer ${accessToken}`;
  let answer: unknown;
  let response: Response;
  try {
    response = await fetch(path, { method, headers, body: JSON.stringify(body) });
    answer = await response.json();
  } catch {
    throw new RestError('unreachable', 'The server does not answer');
  }
  if (response.ok) return answer as Result;
  if (isErrorAnswer(answer)) throw new RestError(answer.error.code, answer.error.message);
  throw new RestError('unreachable', `The server answered with status ${response.status}`);
}

/** A proxy in between may answer with something of its own. */
function isErrorAnswer(answer: unknown): answer is ErrorAnswer {
  return isRecord(answer) && isRecord(answer['error']) && typeof answer['error']['code'] === 'string';
}
