/** One visit to a room's page: from the link through the lobby into the meeting and out again. No user interface. */
import type { VisibleRoom } from '@minimeet/protocol';
import { MeetingClient, MeetingError } from '@minimeet/sdk';
import type { EntryOptions } from '../links/entry-options';
import { LocalCapture } from '../media/local-capture';
import { publishCaptured } from '../meeting/publishing';
import { loadCurrentMeeting, saveCurrentMeeting } from './current-meeting';
import { loadPreferences } from './preferences';
import { LogInNeededError, account } from './account';
import { pageElsewhere } from '../links/page-elsewhere';
import { LinkEndedError, enterWithToken, passSession, passToken } from './pass';
import { RestError, fetchRoom } from './rest';
import { defaultName, forgetSession, renewSession, sessionAs, sessionName, tokenOf, withSession } from './session';

/** What went wrong: decide by `code`, one of the server's or the sdk's, `log_in_needed`, `link_ended` or `unreachable`. */
export interface VisitProblem {
  code: string;
  message: string;
  /** The meeting's page on the server that hosts it, where this page cannot reach that one by itself. */
  page?: string;
}

/**
 * - `opening`: on the way, with nothing to choose; `delay` when the server keeps one waiting
 * - `unavailable`: there is no such room or no server, or one has to log in
 * - `lobby`: choosing devices and name; `entering` once Join was pressed, `problem` when that failed or, while `entering`, when
 *   the server keeps one waiting; `waiting` while somebody inside has to let one in
 * - `meeting`: in it, also while a lost connection is being looked for
 * - `over`: left, closed for everyone, or lost
 */
export type VisitState =
  | { step: 'opening'; delay: VisitProblem | null }
  | { step: 'unavailable'; problem: VisitProblem }
  | { step: 'lobby'; room: VisibleRoom; entering: boolean; waiting: boolean; problem: VisitProblem | null }
  | { step: 'meeting'; client: MeetingClient }
  | { step: 'over'; client: MeetingClient };

/** Milliseconds for which a server that does not answer may be about to start again, and between two looks whether it does. */
const longestRestart = 120_000;
const lookInterval = 1500;
/** Until the page is laid out, and says which: enough for most meetings, and not all of a large one. */
const picturesAtFirst = 9;

/** `state` is replaced on every change; `subscribe` tells of it. `open()` and `close()` may take turns. */
export class RoomVisit {
  readonly capture: LocalCapture;
  private current: VisitState = { step: 'opening', delay: null };
  private readonly listeners = new Set<() => void>();
  private prepared: { client: MeetingClient; userId: string } | null = null;
  private stopFollowing = () => {};
  /** Of the room, as long as it is this visit's. */
  private password: string | undefined;
  private passwordFits = false;
  /** What was on during the meeting, for rejoin(): afterwards the devices are given back. */
  private devicesInMeeting = { microphone: true, camera: true };
  /** Counts open() and close(): what was awaited since an earlier one no longer matters. */
  private turn = 0;

  /** @param token of the personal link that leads here, until it was exchanged */
  constructor(
    readonly slug: string,
    private readonly options: EntryOptions,
    private token: string | null = null,
  ) {
    const { microphoneId, cameraId } = loadPreferences();
    const cameraFormat = options.camera === 'off' ? undefined : options.camera;
    this.capture = new LocalCapture({ microphoneId, cameraId, cameraFormat });
  }

  get state(): VisitState {
    return this.current;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** Whether a personal link led here, which says by what name. */
  get hasPass(): boolean {
    return passSession() !== null;
  }

  /** The name to enter with unless the person types another one; empty when none is known. An account's and a personal link's are given. */
  get suggestedName(): string {
    const pass = passSession();
    if (pass) return pass.user.username;
    if (account.state) return account.state.user.username;
    const known = sessionName();
    return this.options.name ?? (loadPreferences().name || (known === null || known === defaultName ? '' : known));
  }

  /** Whether the server has taken a password in this visit: nobody is asked for it again. */
  get knowsPassword(): boolean {
    return this.passwordFits;
  }

  /** Opens the lobby, or goes straight into the meeting if the link says so or the page was reloaded in it. */
  async open(): Promise<void> {
    const turn = ++this.turn;
    window.addEventListener('pagehide', this.leaveWithPage);
    this.set({ step: 'opening', delay: null });
    if (!(await this.enterByToken(turn))) return;
    const reloaded = loadCurrentMeeting();
    const { microphoneOn, cameraOn } = loadPreferences();
    if (reloaded?.slug === this.slug) {
      this.password = reloaded.password;
      void this.capture.start({ microphone: reloaded.microphoneOn, camera: reloaded.cameraOn });
      return this.enter(this.suggestedName || defaultName);
    }
    void this.capture.start({
      microphone: microphoneOn && this.options.microphone !== 'off',
      camera: cameraOn && this.options.camera !== 'off',
    });
    if (this.options.joinNow) return this.enter(this.suggestedName || defaultName);
    await this.openLobby(turn, null);
  }

  /** Leaves what is there to leave, and gives camera and microphone back. */
  close(): void {
    this.turn++;
    window.removeEventListener('pagehide', this.leaveWithPage);
    this.dropClient();
    // Going to another page is leaving; a reload does not come by here.
    if (this.current.step === 'meeting') saveCurrentMeeting(null);
    this.capture.stop();
  }

  /** Joins the meeting as `name`; ends in `meeting`, or in the lobby with the problem. */
  async enter(name: string, password = this.password): Promise<void> {
    const turn = this.turn;
    this.password = password;
    if (this.current.step === 'lobby') this.set({ ...this.current, entering: true, problem: null });
    try {
      await this.untilAnswered(turn, () => this.join(name, turn));
    } catch (error) {
      this.dropClient();
      if (turn !== this.turn || wasCalledOff(error)) return;
      if (error instanceof MeetingError && ['wrong_password', 'password_required'].includes(error.code))
        this.forgetPassword();
      // The lobby would open as a guest's.
      if (error instanceof LogInNeededError || error instanceof LinkEndedError)
        this.set({ step: 'unavailable', problem: problemOf(error) });
      else await this.openLobby(turn, problemOf(error));
    }
  }

  /** Waits in the lobby no longer, and is where one chooses devices and name. */
  stopWaiting(): void {
    this.dropClient();
    if (this.current.step === 'lobby') this.set({ ...this.current, entering: false, waiting: false, problem: null });
  }

  /** Tells the server the name before it is needed, so that Join has less to wait for. */
  async prepareAs(name: string): Promise<void> {
    // enter() asks again, where somebody waits for the answer.
    await sessionAs(name).catch(() => undefined);
  }

  /** Ends in `over`. */
  async leave(): Promise<void> {
    await this.prepared?.client.leave();
  }

  /** From `over` back into the meeting, with the devices as they were. */
  async rejoin(): Promise<void> {
    this.dropClient();
    this.set({ step: 'opening', delay: null });
    void this.capture.start(this.devicesInMeeting);
    await this.enter(this.suggestedName || defaultName);
  }

  /** Asks again how many are in the room, while waiting in the lobby. */
  async refreshRoom(): Promise<void> {
    const room = await this.fetchRoom(this.turn).catch(() => null);
    if (room && this.current.step === 'lobby') this.set({ ...this.current, room });
  }

  /** A page that may come back finds its way into the meeting then; any other would be missed by the others for a while. */
  private readonly leaveWithPage = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted && this.current.step === 'meeting') this.current.client.leaveWithPage();
  };

  /** Whether there is no token, or it let this tab in. */
  private async enterByToken(turn: number): Promise<boolean> {
    const { token } = this;
    if (token === null) return true;
    try {
      await this.untilAnswered(turn, () => enterWithToken(this.slug, token));
    } catch (error) {
      if (turn === this.turn) this.set({ step: 'unavailable', problem: problemOf(error) });
      return false;
    }
    this.token = null;
    return turn === this.turn;
  }

  private async openLobby(turn: number, problem: VisitProblem | null): Promise<void> {
    try {
      const room = await this.untilAnswered(turn, () => this.fetchRoom(turn));
      if (turn !== this.turn) return;
      this.set({ step: 'lobby', room, entering: false, waiting: false, problem });
    } catch (error) {
      if (turn === this.turn) this.set({ step: 'unavailable', problem: problemOf(error) });
    }
  }

  /** What `ask` comes to once the server answers at all: one that is restarted is soon back. */
  private async untilAnswered<Result>(turn: number, ask: () => Promise<Result>): Promise<Result> {
    const begun = Date.now();
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        const isAway = error instanceof RestError && error.code === 'unreachable';
        if (!isAway || turn !== this.turn || Date.now() - begun > longestRestart) throw error;
        this.showDelay(problemOf(error));
        await new Promise((resolve) => setTimeout(resolve, lookInterval));
        if (turn !== this.turn) throw error;
      }
    }
  }

  /** Where one waits already, why that takes longer. */
  private showDelay(delay: VisitProblem): void {
    const { current } = this;
    if (current.step === 'opening' && current.delay?.code !== delay.code) this.set({ ...current, delay });
    if (current.step === 'lobby' && current.entering && current.problem?.code !== delay.code)
      this.set({ ...current, problem: delay });
  }

  /** The room as it is now; connects on the way, so that joining takes one round trip. */
  private fetchRoom(turn: number): Promise<VisibleRoom> {
    return withSession(this.suggestedName || defaultName, async ({ accessToken, user }) => {
      const room = await fetchRoom(accessToken, this.slug);
      if (turn === this.turn && this.current.step === 'opening') this.clientOf(user.id);
      return room;
    });
  }

  private async join(name: string, turn: number, mayRenew = true): Promise<void> {
    const session = await sessionAs(name);
    if (turn !== this.turn) return;
    const client = this.clientOf(session.user.id);
    const stopPublishing = publishCaptured(client, this.capture);
    const stopRemembering = this.capture.subscribe(() => this.rememberMeeting());
    const stopWatching = client.subscribe(() => {
      this.noticeStopping(client);
      this.noticeLobby(client);
      this.noticeEnd(client);
    });
    this.stopFollowing = () => {
      stopPublishing();
      stopRemembering();
      stopWatching();
    };
    try {
      await client.join({ password: this.password });
    } catch (error) {
      // The session was kept from an earlier visit, and its tokens or the whole of it have run out.
      if (!mayRenew || problemOf(error).code !== 'unauthorized') throw error;
      if (!(await renewSession(session))) forgetSession(session);
      this.dropClient();
      return this.join(name, turn, false);
    }
    if (turn !== this.turn) return;
    this.passwordFits = this.password !== undefined;
    this.set({ step: 'meeting', client });
    this.rememberMeeting();
  }

  private noticeStopping({ state: { status, serverStopping } }: MeetingClient): void {
    if (status === 'connecting' && serverStopping)
      this.showDelay({ code: 'server_stopping', message: 'The server is being restarted' });
  }

  /** It is not tried again by itself. */
  private forgetPassword(): void {
    this.password = undefined;
    this.passwordFits = false;
    saveCurrentMeeting(null);
  }

  /** Whoever goes straight into the meeting finds out on the way that there is a lobby. */
  private noticeLobby(client: MeetingClient): void {
    const { inLobby, status } = client.state;
    const { current } = this;
    if (status !== 'connecting' || this.prepared?.client !== client) return;
    // Only then does anybody wait.
    if (inLobby) this.passwordFits = this.password !== undefined;
    if (current.step === 'lobby' && current.waiting !== inLobby) this.set({ ...current, waiting: inLobby });
    if (current.step === 'opening' && inLobby) void this.showWaiting(client);
  }

  private async showWaiting(client: MeetingClient): Promise<void> {
    const room = await this.fetchRoom(this.turn).catch(() => null);
    const isWaiting = client.state.inLobby && this.prepared?.client === client;
    if (room && isWaiting && this.current.step === 'opening')
      this.set({ step: 'lobby', room, entering: true, waiting: true, problem: null });
  }

  private noticeEnd(client: MeetingClient): void {
    const isOver = ['left', 'ended', 'failed'].includes(client.state.status);
    if (!isOver || this.current.step !== 'meeting') return;
    this.stopFollowing();
    this.capture.stop();
    saveCurrentMeeting(null);
    this.set({ step: 'over', client });
  }

  private rememberMeeting(): void {
    if (this.current.step !== 'meeting') return;
    const { microphone, camera } = this.capture.state;
    this.devicesInMeeting = { microphone: microphone.on, camera: camera.on };
    saveCurrentMeeting({
      slug: this.slug,
      microphoneOn: microphone.on,
      cameraOn: camera.on,
      ...(this.passwordFits && { password: this.password }),
    });
  }

  /** The client that connects as this user, connecting already. */
  private clientOf(userId: string): MeetingClient {
    if (this.prepared?.userId === userId) return this.prepared.client;
    this.dropClient();
    const accessToken = (refused: string | null) => tokenOf(userId, refused);
    const client = new MeetingClient({ url: window.location.origin, room: this.slug, accessToken, picturesAtFirst });
    this.prepared = { client, userId };
    // What goes wrong here goes wrong in join() again, where somebody waits for it.
    client.prepare().catch(() => undefined);
    return client;
  }

  private dropClient(): void {
    this.stopFollowing();
    void this.prepared?.client.leave();
    this.prepared = null;
  }

  private set(state: VisitState): void {
    this.current = state;
    for (const listener of this.listeners) listener();
  }
}

/** Who stops waiting, or goes, has no problem. */
function wasCalledOff(error: unknown): boolean {
  return error instanceof MeetingError && error.code === 'aborted';
}

function problemOf(error: unknown): VisitProblem {
  if (error instanceof MeetingError) {
    const page = pageElsewhere(error, window.location.pathname + window.location.search, passToken());
    return { code: error.code, message: error.message, ...(page !== undefined && { page }) };
  }
  const isCoded = error instanceof RestError || error instanceof LogInNeededError || error instanceof LinkEndedError;
  if (isCoded) return { code: error.code, message: error.message };
  return { code: 'internal_error', message: error instanceof Error ? error.message : String(error) };
}
