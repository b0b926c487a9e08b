import { type Location, location } from '@anshi/contracts';
import { type Clock, loopTime } from '../clock.ts';
import type { Task } from '../scheduler.ts';
import type { Floor } from './floor.ts';
import { gaussian } from './random.ts';

/** Reported accuracy of a UWB tag: the radius that holds 95 % of fixes, in standard deviations. */
const RADIUS_95 = 2.45;

/** The badge of a worker: one tag that UWB anchors and RFID portals both read. */
export const badgeOf = (worker: string): string => `badge-${worker.toLowerCase()}`;

export interface BadgesOptions {
  floor: Floor;
  clock: Clock;
  publish: (location: Location) => void;
  /** Standard deviation of a UWB fix along each axis, metres. */
  sigma: number;
  /** The same seed gives the same noise. */
  seed: string;
}

/** A UWB fix per second for each worker of a floor, in step with the clips. */
export class UwbBadges implements Task {
  readonly #options: BadgesOptions;
  readonly #noise = new Map<string, () => number>();
  #next: number;

  constructor(options: BadgesOptions) {
    this.#options = options;
    this.#next = Math.ceil(options.clock.elapsed());
    for (const worker of options.floor.workers) {
      this.#noise.set(worker, gaussian(`${options.seed}/${worker}`));
    }
  }

  due(): number {
    return this.#noise.size > 0 ? this.#next : Infinity;
  }

  run(now: number): void {
    const { floor, clock, sigma, publish } = this.#options;
    // After a suspension only the current time counts.
    const second = Math.floor(now);
    this.#next = second + 1;
    const { time } = loopTime(second, floor.duration);
    for (const [worker, noise] of this.#noise) {
      const place = floor.positionAt(worker, time);
      if (!place) continue;
      const fix: [number, number] = [place[0] + sigma * noise(), place[1] + sigma * noise()];
      publish(
        location.parse({
          position: { type: 'Point', coordinates: fix.map(toMillimetres) },
          source: floor.floorPlan,
          provider_type: 'uwb',
          provider_id: badgeOf(worker),
          timestamp_generated: new Date(clock.wallAt(second)).toISOString(),
          crs: 'local',
          accuracy: toMillimetres(RADIUS_95 * sigma),
          floor: 0,
        }),
      );
    }
  }
}

/** The badge that was lent to the fitter, and where it is worn, outside of what cameras see: metres. */
const LENT = { badge: 'badge-lent-1', at: [2.5, 11.5] } as const;
/** In rounds of so many seconds it is heard until the one time, and again from the other: its reader fails between. */
const SILENCE = { round: 1_800, from: 120, to: 420 } as const;

/** Properties of its fixes over a round of so many seconds. */
const REPORTED = { round: 7_200, low: 1_800, still: [500, 560], help: [700, 705] } as const;

/** The properties of its fix, seconds after the start. */
export function saidAt(second: number): NonNullable<Location['properties']> {
  const inRound = second % REPORTED.round;
  const within = ([from, to]: readonly [number, number]) => inRound >= from && inRound < to;
  return {
    battery: inRound < REPORTED.low ? 12 : 80,
    noMotion: within(REPORTED.still),
    sos: within(REPORTED.help),
  };
}

/**
 * A badge of the demonstration that falls silent for five minutes in each half hour, two minutes after the start.
 *
 * It is a task like the others: a fix per second while it is heard.
 */
export class LentBadge implements Task {
  readonly #options: BadgesOptions;
  readonly #noise: () => number;
  #next: number;

  constructor(options: BadgesOptions) {
    this.#options = options;
    this.#next = Math.ceil(options.clock.elapsed());
    this.#noise = gaussian(`${options.seed}/${LENT.badge}`);
  }

  due(): number {
    return this.#next;
  }

  run(now: number): void {
    const { floor, clock, sigma, publish } = this.#options;
    const second = Math.floor(now);
    this.#next = second + 1;
    const inRound = second % SILENCE.round;
    if (inRound >= SILENCE.from && inRound < SILENCE.to) return;
    const fix = LENT.at.map((value) => toMillimetres(value + sigma * this.#noise()));
    publish(
      location.parse({
        position: { type: 'Point', coordinates: fix },
        source: floor.floorPlan,
        provider_type: 'uwb',
        provider_id: LENT.badge,
        properties: saidAt(second),
        timestamp_generated: new Date(clock.wallAt(second)).toISOString(),
        crs: 'local',
        accuracy: toMillimetres(RADIUS_95 * sigma),
        floor: 0,
      }),
    );
  }
}

/** An RFID read when a worker passes a line: the reader knows its own position only. */
export class PortalReads implements Task {
  readonly #options: BadgesOptions;
  #round: number;
  #index: number;

  constructor(options: BadgesOptions) {
    this.#options = options;
    const { round, time } = loopTime(options.clock.elapsed(), options.floor.duration);
    this.#round = round;
    const index = options.floor.passages.findIndex((passage) => passage.time >= time);
    this.#index = index < 0 ? options.floor.passages.length : index;
    this.#wrap();
  }

  due(): number {
    const { floor } = this.#options;
    const passage = floor.passages[this.#index];
    return passage ? this.#round * floor.duration + passage.time : Infinity;
  }

  run(): void {
    const { floor, clock, publish } = this.#options;
    const at = this.due();
    const passage = floor.passages[this.#index]!;
    this.#index += 1;
    this.#wrap();
    const { from, to } = floor.lines.get(passage.line)!;
    publish(
      location.parse({
        position: {
          type: 'Point',
          coordinates: [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2].map(toMillimetres),
        },
        source: passage.line,
        provider_type: 'rfid',
        provider_id: badgeOf(passage.worker),
        timestamp_generated: new Date(clock.wallAt(at)).toISOString(),
        crs: 'local',
        accuracy: toMillimetres(Math.hypot(to[0] - from[0], to[1] - from[1]) / 2),
        floor: 0,
      }),
    );
  }

  #wrap(): void {
    if (this.#index < this.#options.floor.passages.length) return;
    this.#index = 0;
    this.#round += 1;
  }
}

const toMillimetres = (metres: number): number => Math.round(metres * 1000) / 1000;
