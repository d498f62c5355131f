import { MeetingClient } from '@minimeet/sdk';

const client = new MeetingClient({ url: location.origin, room: location.hash.slice(1), displayName: 'Viewer' });

client.on('track', ({ track }) => {
  const player = Object.assign(document.createElement('video'), { autoplay: true });
  player.srcObject = new MediaStream([track]);
  document.body.append(player);
});

await client.join();
