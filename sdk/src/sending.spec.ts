import { describe, expect, it } from '@jest/globals';
import type { Producer } from 'mediasoup-client/types';
import { SentMedia } from './sending.js';
import type { TransportContext } from './transport.js';

/** A producer whose changes of layers take until the test says so, and a connection that keeps what it is asked. */
function sentCamera(size = { width: 1280, height: 720 }) {
  const layers: number[] = [];
  const requests: [string, unknown][] = [];
  const changes: (() => void)[] = [];
  const settings = { ...size };
  const producer = {
    closed: false,
    track: { kind: 'video', getSettings: () => settings },
    rtpParameters: { encodings: [{}, {}, {}] },
    setMaxSpatialLayer(layer: number) {
      layers.push(layer);
      return new Promise<void>((resolve) => changes.push(resolve));
    },
  };
  const signaling = {
    request(name: string, payload: unknown) {
      requests.push([name, payload]);
      return Promise.resolve({});
    },
  };
  const context = { signaling } as unknown as TransportContext;
  const media = new SentMedia('camera', producer as unknown as Producer, false, size, context);
  const finishChange = async () => {
    changes.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { media, producer, layers, requests, settings, finishChange };
}

describe('what is sent', () => {
  it('changes its layers one after the other, to the newest that is wanted', async () => {
    const { media, layers, finishChange } = sentCamera();
    media.setLayersWanted(1);
    media.setLayersWanted(0);
    media.setLayersWanted(null);
    expect(layers).toEqual([1]);
    await finishChange();
    expect(layers).toEqual([1, -1]);
    media.setLayersWanted(2);
    await finishChange();
    expect(layers).toEqual([1, -1, 2]);
    await finishChange();
    expect(layers).toEqual([1, -1, 2]);
  });

  it('does not tell the browser to send all its layers, as it does', () => {
    const { media, layers } = sentCamera();
    media.setLayersWanted(2);
    expect(layers).toEqual([]);
    media.setLayersWanted(1);
    expect(layers).toEqual([1]);
  });

  it('is left alone once it is closed', async () => {
    const { media, producer, layers, finishChange } = sentCamera();
    media.setLayersWanted(1);
    media.setLayersWanted(null);
    producer.closed = true;
    await finishChange();
    media.setLayersWanted(0);
    expect(layers).toEqual([1]);
  });

  it('tells its size when that has changed', () => {
    const { media, requests, settings } = sentCamera();
    media.tellSize();
    expect(requests).toEqual([]);
    Object.assign(settings, { width: 720, height: 1280 });
    media.tellSize();
    media.tellSize();
    expect(requests).toEqual([['set_video_size', { producerId: 'camera', videoSize: { width: 720, height: 1280 } }]]);
  });
});
