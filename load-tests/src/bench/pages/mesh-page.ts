/** In a browser: one of a full mesh, with a peer connection to each of the others. What is said between them, the benchmark carries. */
import { capture, show } from './capture.js';

export type MeshMessage = { description: RTCSessionDescriptionInit } | { candidate: RTCIceCandidateInit };

export interface MeshPage {
  /** Captures, and calls all who are there already. Resolves when the calls are on their way. */
  enter(others: readonly number[], maxBitrate: number): Promise<void>;
  /** Takes what another one says. */
  hear(from: number, message: MeshMessage): Promise<void>;
}

declare global {
  interface Window {
    /** Given by the benchmark: carries a message to another page. */
    tell(to: number, message: MeshMessage): Promise<void>;
    meshPage: MeshPage;
  }
}

const connections = new Map<number, RTCPeerConnection>();
let stream: MediaStream;
let bitrate = 0;

window.meshPage = {
  async enter(others, maxBitrate) {
    stream = await capture();
    bitrate = maxBitrate;

    for (const other of others) {
      const connection = open(other);
      await connection.setLocalDescription();
      await window.tell(other, { description: connection.localDescription! });
      await limitBitrate(connection);
    }
  },
  async hear(from, message) {
    const connection = connections.get(from) ?? open(from);

    if ('candidate' in message) {
      await connection.addIceCandidate(message.candidate);
      return;
    }

    await connection.setRemoteDescription(message.description);

    if (message.description.type === 'offer') {
      await connection.setLocalDescription();
      await window.tell(from, { description: connection.localDescription! });
      await limitBitrate(connection);
    }
  },
};

function open(other: number): RTCPeerConnection {
  const connection = new RTCPeerConnection();
  connections.set(other, connection);
  stream.getTracks().forEach((track) => connection.addTrack(track, stream));
  connection.ontrack = ({ track }) => show(track);
  connection.onicecandidate = ({ candidate }) => {
    if (candidate) {
      void window.tell(other, { candidate: candidate.toJSON() });
    }
  };

  return connection;
}

/** As much for each as an upload to a server is given. */
async function limitBitrate(connection: RTCPeerConnection): Promise<void> {
  const sender = connection.getSenders().find(({ track }) => track?.kind === 'video');
  const parameters = sender?.getParameters();

  if (sender && parameters?.encodings[0]) {
    parameters.encodings[0].maxBitrate = bitrate;
    await sender.setParameters(parameters);
  }
}
