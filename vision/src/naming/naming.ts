import type {
  CameraConfig,
  Observation,
  PositionFix,
  PositionsStateContent,
  ViolationEvent,
  ViolationIdentity,
} from '@anshi/contracts';
import type { Logger } from 'pino';
import type { ConfirmedVerdict } from '../judge/verdict.ts';
import { withoutHandles } from '../publish/outbox-entry.ts';
import { PositionStates } from '../publish/position-states.ts';
import type { WorkerSettings } from '../settings.ts';
import { identityOf, nothingOf, withoutBadges } from './actor-identity.ts';
import { AloneInZones, type AloneSaid } from './alone.ts';
import { sightingsOf } from './camera-sightings.ts';
import type { HandOverStore } from './hand-over-file.ts';
import { type HandOverSaid, HandOvers } from './hand-overs.ts';
import type { Confirmed, Statement } from './messages.ts';
import { NamedPictures, type NamedSaid } from './named-pictures.ts';
import { NamingThread } from './naming-thread-handle.ts';
import { AFTER_END_MS } from './watched-actor.ts';

/** What is over is looked for so often, ms. */
const EXPIRE_EVERY_MS = 250;
/** A record waits so long for what is said of its actor, ms. */
const ANSWER_MS = 1_000;
/** Frames of a camera whose clock is further off are not compared with positions, ms. */
const AHEAD_MS = 5_000;
const BEHIND_MS = 10_000;

export interface NamingOptions {
  readonly settings: Pick<WorkerSettings, 'ANSHI_TENANT' | 'ANSHI_WORKER_ID' | 'ANSHI_BUS_KEY'>;
  readonly log: Logger;
  /** More became known of a violation; told after its first answer. */
  readonly onStatement: (camera: string, statement: Statement) => void;
  /** Who is confirmed and alone in zones of a camera. */
  readonly onAlone: (said: AloneSaid) => void;
  /** Who is confirmed in the picture of a camera. */
  readonly onNamed: (said: NamedSaid) => void;
  /** A badge went from one person to another in view; again until the API holds both. */
  readonly onHandOver: (said: HandOverSaid) => void;
  /** Keeps hand-overs until then, also through a restart. */
  readonly handOvers: HandOverStore;
  /** Badges that may no longer be used. */
  readonly onForgotten: (isWithdrawn: (handle: string) => boolean) => void;
  /** Milliseconds of wall time. */
  readonly now?: () => number;
}

/** More violations are not followed; the oldest go, ms after their end, and by count. */
const MOST_FOLLOWED = 1_000;
const FOLLOWED_MS = AFTER_END_MS + 30_000;

interface Followed {
  readonly camera: string;
  readonly floorPlan: string;
  /** Monotonic; null while it is open. */
  endedAt: number | null;
}

/**
 * Who the people of violations were, by the badges whose positions the API publishes. It is decided in a thread of its
 * own; nothing here keeps a handle longer than a message needs.
 */
export class Naming {
  readonly positions: PositionStates;
  readonly #options: NamingOptions;
  readonly #now: () => number;
  readonly #thread: NamingThread;
  /** Waiting for the first word on a violation. */
  readonly #asked = new Map<string, (identity: ViolationIdentity) => void>();
  /** Violations about which more may become known. */
  readonly #followed = new Map<string, Followed>();
  readonly #alone = new AloneInZones();
  readonly #named = new NamedPictures();
  readonly #handOvers: HandOvers;
  /** Cameras whose frames were given, by floor plan. */
  readonly #cameras = new Map<string, Set<string>>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: NamingOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    const { ANSHI_TENANT: tenant, ANSHI_WORKER_ID: worker, ANSHI_BUS_KEY: key } = options.settings;
    const { onHandOver: onTell, handOvers: store } = options;
    this.#handOvers = new HandOvers({ onTell, store, wall: this.#now });
    this.#thread = new NamingThread({
      log: options.log,
      onStatement: (statement) => this.#take(statement),
      onConfirmed: (confirmed) => this.#tellConfirmed(confirmed),
      onHandOver: (handOver) => {
        this.#handOvers.add(handOver, (handle) => this.positions.isWithdrawn(handle));
        // On the other floors of this worker, too: the person may be there before the API has told them.
        for (const { floorPlan } of this.positions.counting) this.#handedOver(floorPlan);
      },
      onStart: () => {
        for (const state of this.positions.counting) this.#begin(state);
      },
      onBreakdown: () => this.#drop(),
    });
    this.positions = new PositionStates({
      tenant,
      worker,
      key,
      log: options.log,
      now: this.#now,
      listener: {
        begin: (_, state) => this.#begin(state),
        shares: (floorPlan, state) => {
          const { unseenBadge, noBadge } = state;
          this.#thread.post(floorPlan, [{ kind: 'shares', unseenBadge, noBadge }]);
          this.#suspect(state);
        },
        end: (floorPlan) => this.#end(floorPlan),
        forget: (handles) => this.#forget(handles),
        fixes: (floorPlan, fixes, arrivedAt) =>
          this.#thread.post(
            floorPlan,
            fixes.map((fix) => fixInput(fix, arrivedAt)),
          ),
      },
    });
    this.#timer = setInterval(() => {
      this.positions.expire();
      this.#thread.watch();
      this.#handOvers.tell();
      this.#prune();
    }, EXPIRE_EVERY_MS).unref();
  }

  /** Why there are no names though positions count; null where all is well. */
  get problem(): string | null {
    return this.#thread.problem;
  }

  /** For `GET /health`: figures without handles. */
  get figures() {
    return {
      ...this.#thread.figures,
      floorPlans: this.positions.counting.length,
      refused: this.positions.refused,
      followed: this.#followed.size,
    };
  }

  /** An analysed frame, before its verdicts are recorded. */
  frame(camera: CameraConfig, observation: Observation): void {
    const { floorPlan } = camera;
    if (floorPlan === undefined || !this.positions.counts(floorPlan)) return;
    const at = Date.parse(observation.at);
    const now = this.#now();
    if (at > now + AHEAD_MS || at < now - BEHIND_MS || observation.degraded) return;
    const cameras = this.#cameras.get(floorPlan) ?? new Set();
    this.#cameras.set(floorPlan, cameras.add(camera.id));
    this.#alone.frame(camera, at, observation);
    this.#thread.post(floorPlan, [sightingsOf(camera.id, at, observation)]);
  }

  /**
   * Who the actor of a confirmed violation was, as far as it is known now.
   *
   * @returns null where no badges are correlated: the subject is no person, the camera is not calibrated, or no
   *   positions ever counted on its floor plan.
   */
  ask(verdict: ConfirmedVerdict, camera: CameraConfig): Promise<ViolationIdentity | null> {
    const { violation, startedAt, confirmedAt } = verdict;
    const { floorPlan, id } = camera;
    const track = verdict.tracks.at(-1);
    if (verdict.subject !== 'person' || track === undefined) return Promise.resolve(null);
    if (floorPlan === undefined || !camera.calibration) return Promise.resolve(null);
    if (!this.positions.hadAny(floorPlan)) return Promise.resolve(null);
    if (!this.positions.counts(floorPlan)) {
      return Promise.resolve(identityOf(nothingOf('no-positions'), null));
    }
    this.#followed.set(violation, { camera: id, floorPlan, endedAt: null });
    return new Promise((resolve) => {
      const give = (identity: ViolationIdentity) => {
        clearTimeout(timer);
        this.#asked.delete(violation);
        resolve(withoutBadges(identity, (handle) => this.positions.isWithdrawn(handle)));
      };
      const timer = setTimeout(() => give(identityOf(nothingOf('no-answer'), null)), ANSWER_MS);
      this.#asked.set(violation, give);
      const about = { violation, camera: id, track, startedAt, confirmedAt };
      if (!this.#thread.post(floorPlan, [{ kind: 'watch', ...about }])) {
        give(identityOf(nothingOf('no-answer'), null));
      }
    });
  }

  /** A violation is over; stream clock, ms. */
  ended(violation: string, at: number): void {
    const known = this.#followed.get(violation);
    if (!known) return;
    known.endedAt = performance.now();
    this.#thread.post(known.floorPlan, [{ kind: 'ended', violation, at }]);
  }

  /** An event without badges that may no longer be used. */
  cleared(event: ViolationEvent): ViolationEvent {
    return withoutHandles(event, (handle) => this.positions.isWithdrawn(handle));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#drop();
    await this.#thread.close();
    await this.#handOvers.close();
  }

  #begin(state: PositionsStateContent): void {
    const { floorPlan, unseenBadge, noBadge } = state;
    this.#thread.post(floorPlan, [{ kind: 'begin', unseenBadge, noBadge }]);
    this.#suspect(state);
    this.#handedOver(floorPlan);
  }

  /** Of before a restart, or of another floor: what the API does not hold yet. */
  #handedOver(floorPlan: string): void {
    const badges = this.#handOvers.waiting;
    if (badges.length > 0) this.#thread.post(floorPlan, [{ kind: 'handed-over', badges }]);
  }

  #suspect({ floorPlan, suspect }: PositionsStateContent): void {
    this.#thread.post(floorPlan, [{ kind: 'suspects', badges: suspect }]);
    this.#handOvers.held(suspect);
  }

  #end(floorPlan: string): void {
    this.#thread.post(floorPlan, [{ kind: 'end' }]);
    this.#alone.forget();
    this.#unname();
    this.#cameras.delete(floorPlan);
    for (const [violation, known] of this.#followed) {
      if (known.floorPlan !== floorPlan) continue;
      this.#followed.delete(violation);
      this.#asked.get(violation)?.(identityOf(nothingOf('no-positions'), null));
    }
  }

  #forget(handles: readonly string[]): void {
    const inputs = handles.map((badge) => ({ kind: 'forget', badge }) as const);
    // A badge may have been on several floor plans of this worker.
    for (const { floorPlan } of this.positions.counting) this.#thread.post(floorPlan, inputs);
    this.#alone.forget();
    this.#unname();
    this.#handOvers.forget(handles);
    const withdrawn = new Set(handles);
    this.#options.onForgotten((handle) => withdrawn.has(handle));
  }

  #take(statement: Statement): void {
    const { violation, number, identity } = statement;
    const known = this.#followed.get(violation);
    const give = this.#asked.get(violation);
    if (!known) return;
    if (number === 1) {
      give?.(identity);
      return;
    }
    const left = withoutBadges(identity, (handle) => this.positions.isWithdrawn(handle));
    this.#options.onStatement(known.camera, { ...statement, identity: left });
  }

  /** Names are taken from the pictures until the next decision. */
  #unname(): void {
    for (const said of this.#named.forget(this.#now())) this.#options.onNamed(said);
  }

  #tellConfirmed(confirmed: Confirmed): void {
    const { floorPlan } = confirmed;
    if (!this.positions.counts(floorPlan)) return;
    const tracks = confirmed.tracks.filter(({ handle }) => !this.positions.isWithdrawn(handle));
    const cameras = [...(this.#cameras.get(floorPlan) ?? [])];
    for (const said of this.#alone.decided({ ...confirmed, tracks }, cameras)) {
      this.#options.onAlone(said);
    }
    for (const said of this.#named.decided({ ...confirmed, tracks }, cameras)) {
      this.#options.onNamed(said);
    }
  }

  #prune(): void {
    const oldest = performance.now() - FOLLOWED_MS;
    for (const [violation, { endedAt }] of this.#followed) {
      const isOver = endedAt !== null && endedAt < oldest;
      if (isOver || this.#followed.size > MOST_FOLLOWED) this.#followed.delete(violation);
    }
  }

  /** Nothing more comes of what the thread knew. */
  #drop(): void {
    this.#followed.clear();
    for (const give of [...this.#asked.values()]) give(identityOf(nothingOf('no-answer'), null));
  }
}

const fixInput = (fix: PositionFix, arrivedAt: number) =>
  ({
    kind: 'fix',
    badge: fix.handle,
    reader: fix.reader,
    at: Date.parse(fix.at),
    // By the clock of the API it would depend on how far the two machines are apart.
    arrivedAt,
    position: fix.position,
    accuracy: fix.accuracy,
    isZone: fix.isZone,
  }) as const;
