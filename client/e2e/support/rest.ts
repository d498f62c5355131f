/** Rooms for the tests, made as any client of the REST API makes them. */
import type { CreateRoom, Room, Session } from '@minimeet/protocol';

async function post<Answer>(url: string, body: object, accessToken?: string): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(accessToken && { authorization: `Bearer ${accessToken}` }) },
    body: JSON.stringify(body),
  });

  if (!response.ok) {
    throw new Error(`${url}: ${response.status} ${await response.text()}`);
  }

  return response.json() as Promise<Answer>;
}

/** A room, and the session of the guest who owns it. */
export async function openRoom(url: string, room: CreateRoom): Promise<{ room: Room; session: Session }> {
  const session = await post<Session>(`${url}/auth/guest`, { displayName: 'Host' });

  return { session, room: await post<Room>(`${url}/rooms`, room, session.accessToken) };
}

export async function deleteRoom(url: string, room: Room, { accessToken }: Session): Promise<void> {
  const response = await fetch(`${url}/rooms/${room.id}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${accessToken}` },
  });

  if (!response.ok) {
    throw new Error(`room not deleted: ${response.status}`);
  }
}
