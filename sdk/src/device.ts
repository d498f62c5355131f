/** mediasoup-client's Device, loaded once for each set of router capabilities. */
import type { RtpCapabilities } from '@minimeet/protocol';
import { Device } from 'mediasoup-client';
import type { HandlerFactory, RtpCapabilities as DeviceRtpCapabilities } from 'mediasoup-client/types';
import { MeetingError } from './meeting-error.js';

export class DeviceLoader {
  private capabilities = '';
  private device: Promise<Device> | null = null;

  constructor(private readonly handlerFactory?: HandlerFactory) {}

  /** Loading takes two peer connections, so a reconnect to a server that speaks the same codecs takes the last Device. */
  load(routerRtpCapabilities: RtpCapabilities): Promise<Device> {
    const capabilities = JSON.stringify(routerRtpCapabilities);
    if (!this.device || this.capabilities !== capabilities) {
      this.capabilities = capabilities;
      const loading = loadDevice(routerRtpCapabilities, this.handlerFactory);
      this.device = loading;
      loading.catch(() => (this.device = null));
    }
    return this.device;
  }
}

async function loadDevice(routerRtpCapabilities: RtpCapabilities, handlerFactory?: HandlerFactory): Promise<Device> {
  try {
    const device = await Device.factory(handlerFactory ? { handlerFactory } : {});
    // The wire's type knows one header extension that mediasoup-client's lacks; mediasoup-client passes over those.
    await device.load({ routerRtpCapabilities: routerRtpCapabilities as DeviceRtpCapabilities });
    return device;
  } catch (error) {
    throw new MeetingError('not_supported', 'This browser cannot take part in meetings', { cause: error });
  }
}
