/**
 * One WebRTC connection to a mediasoup transport: ICE over a UDP socket of its own, DTLS, SRTP.
 *
 * It is made for many in one process: no candidates are gathered, since the server is lite and says where it is. All that it says are
 * tried at once, and the first that answers is kept. What arrives is counted by its header, which SRTP leaves in clear, and nothing is
 * decrypted but RTCP.
 */
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { createSocket, type Socket, type SocketType } from 'node:dgram';
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
/** Milliseconds that ICE and DTLS may take together: less than those who wait for them give it, so that they learn the reason. */
const connectLimit = 15_000;

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
  /** One for each family until one of the candidates has answered. */
  private readonly sockets: ReadonlyMap<SocketType, Socket>;
  /** Of the candidate that answered first, connected to it. */
  private socket: Socket | null = null;
  /** Of all packets, STUN and DTLS included. */
  readonly traffic = { bytesSent: 0, bytesReceived: 0 };
  private readonly candidates: readonly IceCandidate[];
  /** Which candidate was asked with which transaction. */
  private readonly asked = new Map<string, IceCandidate>();
  private isChosen = false;
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
    this.candidates = options.iceCandidates
      .filter(({ protocol }) => protocol === 'udp')
      .sort((one, other) => other.priority - one.priority);
    this.sockets = new Map([...new Set(this.candidates.map(typeOf))].map((type) => [type, this.open(type)]));
  }

  /** Resolves when media may flow. Rejects when it does not come to that in time, or when it is closed before. */
  async connect(): Promise<void> {
    const limit = AbortSignal.any([this.closing.signal, AbortSignal.timeout(connectLimit)]);

    if (this.candidates.length === 0) {
      throw new Error('the server takes no media over UDP');
    }

    const reached = new Promise<void>((resolve) => (this.noteFirstAnswer = resolve));
    this.ask();

    try {
      await within(limit, reached);
      await within(limit, this.shakeHands());
    } catch (error) {
      throw this.closing.signal.aborted ? error : new Error(this.whyNot(error), { cause: error });
    }

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

    this.sockets.forEach((socket) => this.shut(socket));
  }

  private open(type: SocketType): Socket {
    const socket = createSocket({ type, recvBufferSize: receiveBuffer });
    socket.on('message', (packet) => this.wayIn.carry(packet, () => this.take(packet, socket)));
    // Nobody listens there, or no way leads there; that no answers come says so as well, and says it of every way.
    socket.on('error', () => undefined);

    return socket;
  }

  /** One for each family, and those that were not chosen are closed already. */
  private shut(socket: Socket): void {
    try {
      socket.close();
    } catch {
      // It is.
    }
  }

  private whyNot(error: unknown): string {
    if (this.socket === null) {
      const tried = this.candidates.map(({ ip, port }) => (isIPv6(ip) ? `[${ip}]:${port}` : `${ip}:${port}`));

      return `no media: none of the addresses that the server announces for media answers over UDP (${tried.join(', ')})`;
    }

    return `no media: the server answers, but DTLS does not come about: ${error instanceof Error ? error.message : String(error)}`;
  }

  private ask(): void {
    this.transactionId = randomBytes(12);
    this.askedAt = performance.now();

    if (this.socket) {
      this.write(bindingRequestTo(this.iceParameters, this.transactionId));
    } else if (!this.isChosen) {
      this.candidates.forEach((candidate) => this.askFirst(candidate));
    }

    const silence = this.answeredAt === null ? 0 : performance.now() - this.answeredAt;

    if (this.state !== null && silence > failedAfter) {
      this.enter('failed');
    } else if (this.state !== null && silence > disconnectedAfter) {
      this.enter('disconnected');
    }

    this.timer = setTimeout(() => this.ask(), this.answeredAt === null ? firstRequests : laterRequests);
  }

  /** Which of the candidates answers, nobody knows yet. */
  private askFirst(candidate: IceCandidate): void {
    const transactionId = randomBytes(12);
    this.asked.set(transactionId.toString('hex'), candidate);
    const request = bindingRequestTo(this.iceParameters, transactionId, false);
    this.wayOut.carry(request, () => {
      if (!this.closing.signal.aborted && !this.isChosen) {
        this.sockets.get(typeOf(candidate))!.send(request, candidate.port, candidate.ip, () => undefined);
      }
    });
  }

  /** Goes on with the candidate that answered, and with none of the others. */
  private choose(candidate: IceCandidate): void {
    this.isChosen = true;
    const socket = this.sockets.get(typeOf(candidate))!;
    this.sockets.forEach((other) => other !== socket && this.shut(other));
    socket.connect(candidate.port, candidate.ip, () => {
      if (!this.closing.signal.aborted) {
        this.socket = socket;
        this.answeredAt = performance.now();
        clearTimeout(this.timer);
        // Nominates it, before the first packet of DTLS.
        this.ask();
        this.noteFirstAnswer();
      }
    });
  }

  private take(packet: Buffer, socket: Socket): void {
    if (this.closing.signal.aborted || (this.socket !== null && this.socket !== socket)) {
      return;
    }

    this.traffic.bytesReceived += packet.length;
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
    const transaction = answeredTransaction(packet);

    if (this.socket === null) {
      const candidate = transaction && this.asked.get(transaction.toString('hex'));

      if (candidate && !this.isChosen) {
        this.choose(candidate);
      }
    } else if (transaction?.equals(this.transactionId)) {
      this.answeredAt = performance.now();
      this.options.onRoundTrip?.(this.answeredAt - this.askedAt);

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
        address: this.socket!.address(),
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
        this.traffic.bytesSent += packet.length;
        this.socket?.send(packet, () => undefined);
      }
    });
  }
}

const typeOf = ({ ip }: IceCandidate): SocketType => (isIPv6(ip) ? 'udp6' : 'udp4');

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
