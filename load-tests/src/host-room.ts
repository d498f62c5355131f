/** The REST calls that a load test needs before its bots can join. */
import type { Room, Session } from '@minimeet/protocol';
import { Failure } from './flags.js';

/** Milliseconds in which a server answers, or is none. */
const answerLimit = 15_000;

/** A new room with as many seats as the server allows. */
export async function createRoom(url: string, name: string, maxParticipants: number): Promise<Room> {
  const [room] = await createRooms(url, [name], maxParticipants);

  return room!;
}

/** A new room of each name, all of one host, one after the other. */
export async function createRooms(url: string, names: readonly string[], maxParticipants: number): Promise<Room[]> {
  const { accessToken } = await post<Session>(`${url}/auth/guest`, { displayName: 'Load test' });
  const rooms: Room[] = [];

  for (const name of names) {
    rooms.push(await post<Room>(`${url}/rooms`, { name, maxParticipants }, accessToken));
  }

  return rooms;
}

async function post<Result>(address: string, body: object, accessToken?: string): Promise<Result> {
  const answer = await fetch(address, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(answerLimit),
  }).catch((error: Error) => {
    const { message } = (error.cause as Error | undefined) ?? error;
    throw new Failure(`${new URL(address).origin} does not answer: ${message}`);
  });

  if (!answer.ok) {
    throw new Failure(`${address}: ${answer.status} ${await answer.text()}`);
  }

  return (await answer.json()) as Result;
}
