/**
 * One WebRTC connection to a mediasoup transport: ICE over a UDP socket of its own, DTLS, SRTP.
 *
 * It is made for many in one process: no candidates are gathered, since the server is lite and says where it is; what
 * arrives is counted by its header, which SRTP leaves in clear, and nothing is decrypted but RTCP.
 */
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { DtlsParameters, IceCandidate, IceParameters } from 'mediasoup-client/types';
import { createSelfSignedCertificate, DtlsClient } from 'werift';
import { Network, type NetworkPath } from './network-conditions.js';
import { keyLength, saltLength, SrtpKeys } from './srtp.js';
import { answeredTransaction, bindingRequestTo } from './stun.js';

/** Milliseconds between two requests before the first answer, and afterwards (RFC 7675 section 5.1: five seconds and less). */
const firstRequests = 100;
const laterRequests = 2500;
/** Milliseconds without an answer after which the way counts as broken, and as lost: about what browsers do. */
const disconnectedAfter = 6000;
const failedAfter = 20_000;
/** Milliseconds that ICE and DTLS may take together. */
const connectLimit = 20_000;

const receiveBuffer = 1 << 20;
/** AEAD_AES_128_GCM (RFC 7714 section 14.2). */
const srtpProfile = 7;
const ecdsaWithSha256 = { hash: 4, signature: 3 } as const;

/** Of a DTLS handshake (RFC 6347 section 4.2.4), as werift counts. */
const lastFlight = 7;

/** One for all of a process: making it takes longer than a handshake. */
const certificate = createSelfSignedCertificate(ecdsaWithSha256);

export type MediaConnectionState = 'connected' | 'disconnected' | 'failed';

export interface MediaConnectionOptions {
  iceParameters: IceParameters;
  iceCandidates: IceCandidate[];
  /** The server's. */
  dtlsParameters: DtlsParameters;
  /** A packet as it arrived, still encrypted behind its header. */
  onRtp(packet: Buffer): void;
  /** A compound packet in clear. */
  onRtcp(packet: Buffer): void;
  onState(state: MediaConnectionState): void;
  /** Called with the milliseconds that each answer to ICE's requests took. */
  onRoundTrip?(milliseconds: number): void;
  /** What packets go through. Default: one that carries all at once. */
  network?: Network;
}

export class MediaConnection {
  private readonly socket: Socket;
  private iceParameters: IceParameters;
  private readonly wayOut: NetworkPath;
  private readonly wayIn: NetworkPath;
  private transactionId = randomBytes(12);
  private askedAt = 0;
  private answeredAt: number | null = null;
  private state: MediaConnectionState | null = null;
  private timer: NodeJS.Timeout | undefined;
  private dtls: DtlsClient | null = null;
  private keys: { local: SrtpKeys; remote: SrtpKeys } | null = null;
  private readonly closing = new AbortController();
  private noteFirstAnswer: () => void = () => undefined;

  /** What the server has to know of this end. */
  static async dtlsParameters(): Promise<DtlsParameters> {
    const { fingerprint256 } = new X509Certificate((await certificate).certPem);

    return { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: fingerprint256 }] };
  }

  constructor(private readonly options: MediaConnectionOptions) {
    this.iceParameters = options.iceParameters;
    const network = options.network ?? new Network();
    this.wayOut = network.path();
    this.wayIn = network.path();
    this.socket = createSocket({
      type: isIPv6(this.candidate.ip) ? 'udp6' : 'udp4',
      recvBufferSize: receiveBuffer,
    });
    this.socket.on('message', (packet) => this.wayIn.carry(packet, () => this.take(packet)));
    // Nobody listens there any more; that no answers come says so as well, and says it of every way.
    this.socket.on('error', () => undefined);
  }

  /** Resolves when media may flow. Rejects when it does not come to that in time, or when it is closed before. */
  async connect(): Promise<void> {
    const limit = AbortSignal.any([this.closing.signal, AbortSignal.timeout(connectLimit)]);
    const { ip, port } = this.candidate;
    await within(limit, new Promise<void>((resolve) => this.socket.connect(port, ip, resolve)));
    const reached = new Promise<void>((resolve) => (this.noteFirstAnswer = resolve));
    this.ask();
    await within(limit, reached);
    await within(limit, this.shakeHands());
    this.enter('connected');
  }

  get canSend(): boolean {
    return this.keys !== null && !this.closing.signal.aborted;
  }

  /** @returns the packet as it went out; `null` before there are keys: then nothing does */
  sendRtp(header: Buffer, payload: Buffer, rollovers: number): Buffer | null {
    if (!this.keys || !this.canSend) {
      return null;
    }

    const packet = this.keys.local.protectRtp(header, payload, rollovers);
    this.write(packet);

    return packet;
  }

  /** Sends a packet that went out before once more, as it is. */
  sendAgain(packet: Buffer): void {
    this.write(packet);
  }

  sendRtcp(packet: Buffer): void {
    if (this.keys && this.canSend) {
      this.write(this.keys.local.protectRtcp(packet));
    }
  }

  /** Proves that a packet that arrived was encrypted for this connection. Throws when it was not. */
  decrypt(packet: Buffer, headerLength: number, rollovers: number): Buffer {
    if (!this.keys) {
      throw new Error('there are no keys yet');
    }

    return this.keys.remote.unprotectRtp(packet, headerLength, rollovers);
  }

  /** Asks with other credentials from now on. */
  restartIce(iceParameters: IceParameters): void {
    this.iceParameters = iceParameters;
    this.answeredAt = performance.now();
    clearTimeout(this.timer);
    this.ask();
  }

  close(): void {
    if (this.closing.signal.aborted) {
      return;
    }

    this.closing.abort(new Error('the connection was closed'));
    clearTimeout(this.timer);

    // werift repeats an unanswered handshake for half a minute, and has no other way to be told that nobody waits for it.
    if (this.dtls) {
      this.dtls.dtls.flight = lastFlight;
    }

    this.socket.close();
  }

  private get candidate(): IceCandidate {
    const candidate = this.options.iceCandidates.find(({ protocol }) => protocol === 'udp');

    if (!candidate) {
      throw new Error('the server takes no media over UDP');
    }

    return candidate;
  }

  private ask(): void {
    this.transactionId = randomBytes(12);
    this.askedAt = performance.now();
    this.write(bindingRequestTo(this.iceParameters, this.transactionId));
    const silence = this.answeredAt === null ? 0 : performance.now() - this.answeredAt;

    if (this.state !== null && silence > failedAfter) {
      this.enter('failed');
    } else if (this.state !== null && silence > disconnectedAfter) {
      this.enter('disconnected');
    }

    this.timer = setTimeout(() => this.ask(), this.answeredAt === null ? firstRequests : laterRequests);
  }

  private take(packet: Buffer): void {
    if (this.closing.signal.aborted) {
      return;
    }

    const first = packet[0] ?? 0;

    // RFC 7983 section 7 tells them apart.
    if (first >= 128 && first <= 191 && packet.length >= 12) {
      this.takeMedia(packet);
    } else if (first >= 20 && first <= 63) {
      this.dtls?.options.transport.onData(packet, ['', 0]);
    } else if (first <= 3) {
      this.takeAnswer(packet);
    }
  }

  private takeMedia(packet: Buffer): void {
    const type = packet[1]!;

    // The server may have finished the handshake a moment before its last word of it is read here.
    if (!this.keys) {
      return;
    }

    if (type < 192 || type > 223) {
      this.options.onRtp(packet);
      return;
    }

    try {
      this.options.onRtcp(this.keys.remote.unprotectRtcp(packet));
    } catch {
      // It was not meant for these keys; there is no other use for it.
    }
  }

  private takeAnswer(packet: Buffer): void {
    if (answeredTransaction(packet)?.equals(this.transactionId)) {
      this.answeredAt = performance.now();
      this.options.onRoundTrip?.(this.answeredAt - this.askedAt);
      this.noteFirstAnswer();

      if (this.state !== null) {
        this.enter('connected');
      }
    }
  }

  private async shakeHands(): Promise<void> {
    const { certPem, keyPem, signatureHash } = await certificate;
    const dtls = new DtlsClient({
      cert: certPem,
      key: keyPem,
      signatureHash,
      srtpProfiles: [srtpProfile],
      extendedMasterSecret: true,
      transport: {
        type: 'udp',
        address: this.socket.address(),
        closed: false,
        onData: () => undefined,
        send: async (packet) => this.write(packet),
        close: async () => undefined,
      },
    });
    this.dtls = dtls;
    await new Promise<void>((resolve, reject) => {
      dtls.onConnect.once(resolve);
      dtls.onError.subscribe(reject);
      dtls.connect().catch(reject);
    });
    this.verify(dtls.remoteCertificate);
    const { localKey, localSalt, remoteKey, remoteSalt } = dtls.extractSessionKeys(keyLength, saltLength);
    this.keys = { local: new SrtpKeys(localKey, localSalt), remote: new SrtpKeys(remoteKey, remoteSalt) };
  }

  /** Nobody else may stand between, as RFC 8827 section 6.5 wants it. */
  private verify(remoteCertificate: Buffer | undefined): void {
    const expected = this.options.dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256')?.value;
    const hash = remoteCertificate && createHash('sha256').update(remoteCertificate).digest('hex');

    if (!hash || hash !== expected?.replaceAll(':', '').toLowerCase()) {
      throw new Error('the server’s certificate is not the one that it announced');
    }
  }

  private enter(state: MediaConnectionState): void {
    if (this.state !== state) {
      this.state = state;
      this.options.onState(state);
    }
  }

  private write(packet: Buffer): void {
    this.wayOut.carry(packet, () => {
      if (!this.closing.signal.aborted) {
        this.socket.send(packet, () => undefined);
      }
    });
  }
}

/** What a promise settles with, unless the signal is aborted before. */
function within<Result>(signal: AbortSignal, promise: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));

    if (signal.aborted) {
      abort();
    }
  });
}
