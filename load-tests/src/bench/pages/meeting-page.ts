/** In a browser: a participant of a meeting, with as little page around it as the mesh has. */
import { MeetingClient } from '@minimeet/sdk';
import { capture, show } from './capture.js';

export interface MeetingPage {
  /** Joins with camera and microphone. */
  enter(room: string, displayName: string): Promise<void>;
}

declare global {
  interface Window {
    meetingPage: MeetingPage;
  }
}

window.meetingPage = {
  async enter(room, displayName) {
    const stream = await capture();
    const client = new MeetingClient({ url: location.origin, room, displayName });
    client.on('track', ({ track }) => show(track));
    await Promise.all(
      stream.getTracks().map((track) => client.publish(track.kind === 'video' ? 'camera' : 'microphone', track)),
    );
    await client.join();
  },
};
