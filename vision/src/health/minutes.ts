import type { CameraHealth, CameraMinute, HealthMinute } from '@anshi/contracts';
import type { CaptureTotals } from './capture-meter.ts';

const MINUTE_MS = 60_000;
/** Minutes that wait for the API; older ones are given up: a day. */
const MOST_WAITING = 1_440;
const PROBLEM_LENGTH = 500;

/** What a camera shows at one look. */
export interface CameraLook {
  readonly health: CameraHealth;
  readonly totals: CaptureTotals | null;
}

/** What the worker shows of itself at one look. */
export interface WorkerLook {
  /** The longest time that the event loop did not answer since the last look, milliseconds. */
  readonly lagMs: number;
  readonly waiting: number;
  readonly recording: boolean;
  readonly problem: string | null;
}

type Counts = { -readonly [Name in keyof CaptureTotals]: number };

interface OpenCamera {
  looks: number;
  watched: number;
  minute: CameraMinute;
}

const grades = ['excellent', 'fair', 'poor', 'offline'] as const;
const worse = (a: CameraMinute['grade'], b: CameraMinute['grade']) =>
  grades.indexOf(a) >= grades.indexOf(b) ? a : b;

/**
 * Adds up what is looked at every few seconds to whole minutes, which wait in memory until the API has
 * taken them. A clock that is set back begins no minute twice.
 */
export class HealthMinutes {
  readonly #waiting: HealthMinute[] = [];
  /** The last totals of each camera. */
  readonly #seen = new Map<string, CaptureTotals>();
  #cameras = new Map<string, OpenCamera>();
  #worker: HealthMinute['worker'] | undefined;
  /** The open minute, and the last one that was closed: milliseconds since the epoch. */
  #at: number | undefined;
  #closed = Number.NEGATIVE_INFINITY;
  #givenUp = 0;

  /** Minutes that found no room. */
  get givenUp(): number {
    return this.#givenUp;
  }

  /** @param now milliseconds since the epoch. */
  look(now: number, worker: WorkerLook, cameras: readonly CameraLook[]): void {
    const minute = now - (now % MINUTE_MS);
    if (this.#at !== undefined && minute !== this.#at) this.#close();
    this.#at = minute;
    const before = this.#worker;
    this.#worker = {
      lagMs: Math.round(Math.max(before?.lagMs ?? 0, worker.lagMs)),
      waiting: worker.waiting,
      recording: worker.recording && (before?.recording ?? true),
      problem: worker.problem?.slice(0, PROBLEM_LENGTH) ?? before?.problem ?? null,
    };
    for (const camera of cameras) this.#take(camera);
    const present = new Set(cameras.map(({ health }) => health.camera));
    for (const id of this.#seen.keys()) if (!present.has(id)) this.#seen.delete(id);
  }

  /** The oldest minutes that wait. */
  oldest(most: number): readonly HealthMinute[] {
    return this.#waiting.slice(0, most);
  }

  /** The API has taken these. */
  taken(minutes: readonly HealthMinute[]): void {
    const times = new Set(minutes.map(({ at }) => at));
    const rest = this.#waiting.filter(({ at }) => !times.has(at));
    this.#waiting.splice(0, this.#waiting.length, ...rest);
  }

  #take({ health, totals }: CameraLook): void {
    if (health.state === 'disabled') return;
    const { camera } = health;
    let open = this.#cameras.get(camera);
    if (!open) {
      open = { looks: 0, watched: 0, minute: emptyMinute(camera) };
      this.#cameras.set(camera, open);
    }
    const { minute } = open;
    const isLive = health.state === 'live';
    open.looks++;
    if (isLive) open.watched++;
    else minute.fault = health.fault?.code ?? minute.fault;
    minute.grade = worse(minute.grade, health.quality);
    minute.reasons = union(minute.reasons, health.reasons);
    minute.scene = union(
      minute.scene,
      health.scene.map(({ fault }) => fault),
    );
    if (health.delayMs !== null) {
      minute.delayMs = Math.min(MOST_DELAY_MS, Math.max(minute.delayMs ?? 0, health.delayMs));
    }
    const added = since(this.#seen.get(camera), totals);
    if (totals) this.#seen.set(camera, { ...totals });
    minute.due += added.due;
    minute.dropped += added.lost;
    minute.stalls += added.stalls;
    minute.reconnects += added.reconnects;
    minute.decodeErrors += added.decodeErrors;
  }

  #close(): void {
    const at = this.#at!;
    const worker = this.#worker;
    // After a clock was set back, minutes come that were told already.
    if (worker && at > this.#closed) {
      this.#closed = at;
      const cameras = [...this.#cameras.values()].map(({ looks, watched, minute }) => ({
        ...minute,
        watched: watched / looks,
      }));
      this.#waiting.push({ at: new Date(at).toISOString(), worker, cameras });
    }
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift();
      this.#givenUp++;
    }
    this.#cameras = new Map();
    this.#worker = undefined;
  }
}

/** As the contract allows. */
const MOST_DELAY_MS = 86_400_000;

const emptyMinute = (camera: string): CameraMinute => ({
  camera,
  watched: 0,
  fault: null,
  due: 0,
  dropped: 0,
  stalls: 0,
  reconnects: 0,
  decodeErrors: 0,
  delayMs: null,
  grade: 'excellent',
  reasons: [],
  scene: [],
});

const union = <Item>(a: readonly Item[], b: readonly Item[]): Item[] => [...new Set([...a, ...b])];

/** What was added since the last look; a capture that was started again counts from zero. */
function since(before: CaptureTotals | undefined, now: CaptureTotals | null): Counts {
  const none: Counts = { due: 0, lost: 0, stalls: 0, reconnects: 0, decodeErrors: 0 };
  if (!now) return none;
  const names = Object.keys(none) as (keyof Counts)[];
  const isAnew = !before || names.some((name) => now[name] < before[name]);
  for (const name of names) none[name] = now[name] - (isAnew ? 0 : before[name]);
  return none;
}
