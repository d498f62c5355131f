/** A host application: it has one room, and sends each of its visitors into it under the name that it knows them by. */
import { createServer } from 'node:http';

const { MINIMEET_URL, API_KEY, API_SECRET, PORT = '8080' } = process.env;
const authorization = `Basic ${Buffer.from(`${API_KEY}:${API_SECRET}`).toString('base64')}`;

async function minimeet(path, body) {
  const response = await fetch(new URL(path, MINIMEET_URL), {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error.message);
  return answer;
}

const room = await minimeet('/rooms', { name: 'Consultation', access: 'token' });

const server = createServer(async (request, response) => {
  // Your own log-in says who somebody is; here their address does.
  const visitor = new URL(request.url, 'http://localhost').searchParams.get('visitor') ?? 'nobody';
  try {
    const { url } = await minimeet(`/rooms/${room.id}/tokens`, { identity: visitor, name: visitor, expiresIn: 60 });
    response.writeHead(303, { location: url }).end();
  } catch (error) {
    response.writeHead(502).end(error.message);
  }
});
server.listen(PORT, () => process.stdout.write(`http://localhost:${server.address().port}/?visitor=Ada\n`));
