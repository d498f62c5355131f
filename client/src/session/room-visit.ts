/** One visit to a room's page: from the link through the lobby into the meeting and out again. No user interface. */
import type { VisibleRoom } from '@minimeet/protocol';
import { MeetingClient, MeetingError } from '@minimeet/sdk';
import { pendingDeletions } from '../chat/pending-deletions';
import type { EntryOptions } from '../links/entry-options';
import { LocalCapture } from '../media/local-capture';
import { publishCaptured } from '../meeting/publishing';
import { loadCurrentMeeting, saveCurrentMeeting } from './current-meeting';
import { type MeetingTab, isMeetingElsewhere, takeMeeting } from './meeting-tab';
import { loadPreferences } from './preferences';
import { LogInNeededError, account } from './account';
import { basePath, serverUrl } from '../links/base-path';
import { pageElsewhere } from '../links/page-elsewhere';
import { LinkEndedError, enterWithToken, passSession, passToken } from './pass';
import { RestError, fetchRoom } from './rest';
import {
  becomeMakerOf,
  defaultName,
  forgetSession,
  renewSession,
  sessionAs,
  sessionName,
  tokenOf,
  withSession,
} from './session';

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
 *   the server keeps one waiting; `waiting` while somebody inside has to let one in, and `attended` whether there is anybody who may; `alreadyHere` while another tab of this
 *   browser is in the meeting
 * - `meeting`: in it, also while a lost connection is being looked for; `silent`: another tab of this browser has the sound
 * - `over`: left, closed for everyone, lost, or `moved` to another tab
 */
export type VisitState =
  | { step: 'opening'; delay: VisitProblem | null }
  | { step: 'unavailable'; problem: VisitProblem }
  | {
      step: 'lobby';
      room: VisibleRoom;
      entering: boolean;
      waiting: boolean;
      /** `null`: not known. */
      attended: boolean | null;
      alreadyHere: boolean;
      problem: VisitProblem | null;
    }
  | { step: 'meeting'; client: MeetingClient; silent: boolean }
  | { step: 'over'; client: MeetingClient; moved: boolean };

/** What to do where another tab of this browser is in the meeting. */
export type TabChoice = 'ask' | 'move' | 'without_sound';

/** Milliseconds for which a server that does not answer may be about to start again, and between two looks whether it does. */
const longestRestart = 120_000;
const lookInterval = 1500;
/** Until the page is laid out, and says which: enough for most meetings, and not all of a large one. */
const picturesAtFirst = 9;
/** Milliseconds for which a tab that lets the meeting go is waited for: one that is reloaded, or goes from page to page. */
const reloadPatience = 3000;
const tabPatience = 300;
/** Milliseconds between two notes that this tab is in the meeting, and after which somebody comes back muted. */
const seenInterval = 10_000;
const longAbsence = 60_000;
/** As long an absence in the meeting itself, at least; and no shorter than the server keeps a seat. */
const muteAfter = 5000;

/** `state` is replaced on every change; `subscribe` tells of it. `open()` and `close()` may take turns. */
export class RoomVisit {
  readonly capture: LocalCapture;
  private current: VisitState = { step: 'opening', delay: null };
  private readonly listeners = new Set<() => void>();
  private prepared: { client: MeetingClient; userId: string } | null = null;
  private stopFollowing = () => {};
  private tab: MeetingTab | null = null;
  private moved = false;
  private silent = false;
  /** For how many milliseconds somebody was away who came back muted by loading the page again. */
  awayMs: number | null = null;
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
    const { microphone, camera } = loadPreferences();
    const cameraFormat = options.camera === 'off' ? undefined : options.camera;
    this.capture = new LocalCapture({ chosen: { microphone, camera }, cameraFormat });
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
    await becomeMakerOf(this.slug);
    if (turn !== this.turn) return;
    const reloaded = loadCurrentMeeting();
    const { microphoneOn, cameraOn } = loadPreferences();
    if (reloaded?.slug === this.slug) {
      this.password = reloaded.password;
      const awayMs = Date.now() - reloaded.seenAt;
      // Restored with the browser, or after the machine slept: nobody should wake up on the air.
      const isLongAgo = awayMs > longAbsence;
      if (isLongAgo) this.awayMs = awayMs;
      void this.capture.start({
        microphone: reloaded.microphoneOn && !isLongAgo,
        camera: reloaded.cameraOn && !isLongAgo,
      });
      return this.enter(this.suggestedName || defaultName, this.password, 'ask', reloadPatience);
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
    this.releaseTab();
    // Going to another page is leaving; a reload does not come by here.
    if (this.current.step === 'meeting') saveCurrentMeeting(null);
    this.capture.stop();
  }

  /** Joins the meeting as `name`; ends in `meeting`, or in the lobby with the problem, or the question which tab is meant. */
  async enter(
    name: string,
    password = this.password,
    choice: TabChoice = 'ask',
    patienceMs = tabPatience,
  ): Promise<void> {
    const turn = this.turn;
    this.password = password;
    if (this.current.step === 'lobby') this.set({ ...this.current, entering: true, problem: null });
    if (!(await this.takeTab(choice, patienceMs))) {
      if (turn === this.turn) await this.openLobby(turn, null);
      return;
    }
    if (turn !== this.turn) return this.releaseTab();
    try {
      await this.untilAnswered(turn, () => this.join(name, turn));
    } catch (error) {
      this.dropClient();
      this.releaseTab();
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
    this.releaseTab();
    if (this.current.step === 'lobby') this.set({ ...this.current, entering: false, waiting: false, problem: null });
  }

  /** Tells the server the name before it is needed, so that Join has less to wait for. */
  async prepareAs(name: string): Promise<void> {
    // enter() asks again, where somebody waits for the answer.
    await sessionAs(name).catch(() => undefined);
  }

  /** Ends in `over`. */
  async leave(): Promise<void> {
    await this.goodbye();
  }

  /** Brings the meeting and its sound into this tab; the other one leaves. */
  async moveHere(): Promise<void> {
    await this.takeTab('move', tabPatience);
    if (this.current.step === 'meeting') this.set({ ...this.current, silent: false });
  }

  /** From `over` back into the meeting, with the devices as they were. */
  async rejoin(): Promise<void> {
    this.dropClient();
    this.set({ step: 'opening', delay: null });
    void this.capture.start(this.devicesInMeeting);
    await this.enter(this.suggestedName || defaultName, this.password, this.moved ? 'move' : 'ask');
  }

  /** Asks again how many are in the room, while waiting in the lobby. */
  async refreshRoom(): Promise<void> {
    const room = await this.fetchRoom(this.turn).catch(() => null);
    const alreadyHere = this.tab === null && (await isMeetingElsewhere(this.slug));
    if (room && this.current.step === 'lobby') this.set({ ...this.current, room, alreadyHere });
  }

  /** A page that may come back finds its way into the meeting then; any other would be missed by the others for a while. */
  private readonly leaveWithPage = ({ persisted }: PageTransitionEvent): void => {
    this.rememberMeeting();
    if (this.current.step !== 'meeting') return;
    const { client } = this.current;
    // Before the goodbye, after which nothing is taken from this client.
    pendingDeletions(client).commitAll();
    if (!persisted) client.leaveWithPage();
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
      const alreadyHere = this.tab === null && (await isMeetingElsewhere(this.slug));
      if (turn !== this.turn) return;
      this.set({ step: 'lobby', room, entering: false, waiting: false, attended: null, alreadyHere, problem });
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
    const seen = setInterval(() => this.rememberMeeting(), seenInterval);
    const stopWatching = client.subscribe(() => {
      this.noticeStopping(client);
      this.noticeLobby(client);
      this.noticeEnd(client);
    });
    this.stopFollowing = () => {
      stopPublishing();
      stopRemembering();
      clearInterval(seen);
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
    this.set({ step: 'meeting', client, silent: this.silent });
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
    const { inLobby, lobbyAttended: attended, status } = client.state;
    const { current } = this;
    if (status !== 'connecting' || this.prepared?.client !== client) return;
    // Only then does anybody wait.
    if (inLobby) this.passwordFits = this.password !== undefined;
    if (current.step === 'lobby' && (current.waiting !== inLobby || current.attended !== attended))
      this.set({ ...current, waiting: inLobby, attended });
    if (current.step === 'opening' && inLobby) void this.showWaiting(client);
  }

  private async showWaiting(client: MeetingClient): Promise<void> {
    const room = await this.fetchRoom(this.turn).catch(() => null);
    const isWaiting = client.state.inLobby && this.prepared?.client === client;
    if (room && isWaiting && this.current.step === 'opening')
      this.set({
        step: 'lobby',
        room,
        entering: true,
        waiting: true,
        attended: client.state.lobbyAttended,
        alreadyHere: false,
        problem: null,
      });
  }

  private noticeEnd(client: MeetingClient): void {
    const isOver = ['left', 'ended', 'failed'].includes(client.state.status);
    if (!isOver || this.current.step !== 'meeting') return;
    this.stopFollowing();
    this.capture.stop();
    saveCurrentMeeting(null);
    this.releaseTab();
    this.awayMs = null;
    this.set({ step: 'over', client, moved: this.moved });
  }

  private rememberMeeting(): void {
    if (this.current.step !== 'meeting') return;
    const { microphone, camera } = this.capture.state;
    this.devicesInMeeting = { microphone: microphone.on, camera: camera.on };
    saveCurrentMeeting({
      slug: this.slug,
      microphoneOn: microphone.on,
      cameraOn: camera.on,
      seenAt: Date.now(),
      ...(this.passwordFits && { password: this.password }),
    });
  }

  /** The client that connects as this user, connecting already. */
  private clientOf(userId: string): MeetingClient {
    if (this.prepared?.userId === userId) return this.prepared.client;
    this.dropClient();
    const accessToken = (refused: string | null) => tokenOf(userId, refused);
    const reconnect = { muteAfter };
    const client = new MeetingClient({ url: serverUrl(), room: this.slug, accessToken, picturesAtFirst, reconnect });
    this.prepared = { client, userId };
    // What goes wrong here goes wrong in join() again, where somebody waits for it.
    client.prepare().catch(() => undefined);
    return client;
  }

  private dropClient(): void {
    this.stopFollowing();
    void this.goodbye();
    this.prepared = null;
  }

  /** With what was still to be undone: nobody keeps a deleted message by leaving. */
  private async goodbye(): Promise<void> {
    const client = this.prepared?.client;
    if (!client) return;
    pendingDeletions(client).commitAll();
    await client.leave();
  }

  /** Whether this tab may enter: no other one of this browser is in the meeting, or it is known what to do about that. */
  private async takeTab(choice: TabChoice, patienceMs: number): Promise<boolean> {
    this.silent = choice === 'without_sound';
    if (this.silent) await this.capture.setOn('microphone', false);
    if (this.silent || this.tab) return true;
    const onStolen = () => {
      this.tab = null;
      if (this.current.step === 'meeting') {
        this.moved = true;
        void this.leave();
      } else {
        this.dropClient();
        void this.openLobby(this.turn, null);
      }
    };
    const tab = await takeMeeting(this.slug, { steal: choice === 'move', patienceMs, onStolen });
    if (tab) this.moved = false;
    this.tab = tab;
    return tab !== null;
  }

  private releaseTab(): void {
    this.tab?.release();
    this.tab = null;
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
    const page = pageElsewhere(
      error,
      window.location.pathname.slice(basePath.length) + window.location.search,
      passToken(),
    );
    return { code: error.code, message: error.message, ...(page !== undefined && { page }) };
  }
  const isCoded = error instanceof RestError || error instanceof LogInNeededError || error instanceof LinkEndedError;
  if (isCoded) return { code: error.code, message: error.message };
  return { code: 'internal_error', message: error instanceof Error ? error.message : String(error) };
}
