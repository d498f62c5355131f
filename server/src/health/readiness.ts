/** What this server can do now, answered from what is known: nothing is waited for. */
import { Inject, Injectable } from '@nestjs/common';
import { WorkerPool } from '../media/worker-pool.js';
import { MediaPaths } from '../meetings/live/media-paths.js';
import { Meetings } from '../meetings/meetings.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { Dependencies, type DependencyState } from '../storage/dependencies.js';

export interface ReadinessState {
  /** Whether the server is useful to those in its meetings, and to whoever comes to one. */
  ready: boolean;
  /** Whether another meeting can begin here. */
  canHostMeetings: boolean;
  stopping: boolean;
  dependencies: DependencyState[];
  mediaWorkers: { running: number; wanted: number };
  /** `false` while nobody’s media gets through although somebody tries; `null` while nobody shows either. */
  mediaReachable: boolean | null;
  /** `most` is `null` where there is no limit. */
  participants: { now: number; most: number | null };
}

@Injectable()
export class Readiness {
  constructor(
    private readonly dependencies: Dependencies,
    private readonly workers: WorkerPool,
    private readonly meetings: Meetings,
    private readonly paths: MediaPaths,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * A shared database that is away makes no server less ready than another: taking all of them out of a balancer would end what goes on
   * without it. What this server alone lacks does.
   */
  get state(): ReadinessState {
    const dependencies = this.dependencies.known;
    const missing = dependencies.filter(({ up, required }) => required && !up);
    const mediaWorkers = this.workers.size;
    const stopping = this.meetings.areStopping;
    const participants = { now: this.meetings.placesTaken, most: this.settings.limits.maxParticipants || null };
    const isFull = participants.most !== null && participants.now >= participants.most;
    // A missing worker is being replaced, and the others go on.
    const ready = !stopping && mediaWorkers.running > 0 && !missing.some(({ local }) => local);

    return {
      ready,
      canHostMeetings: ready && !isFull && missing.length === 0,
      stopping,
      dependencies,
      mediaWorkers,
      mediaReachable: this.paths.isReachable,
      participants,
    };
  }
}
