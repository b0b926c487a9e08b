import { type Location, location } from '@anshi/contracts';
import { type Clock, loopTime } from '../clock.ts';
import type { Task } from '../scheduler.ts';
import { gaussian } from './random.ts';

/** The radius that holds 95 % of fixes, in standard deviations. */
const RADIUS_95 = 2.45;
const KMH = 3.6;

/** A stretch of a way: to a place of the plan at a speed, and how long it stands there, seconds. */
interface Leg {
  readonly to: readonly [x: number, y: number];
  readonly kmh: number;
  readonly stands: number;
}
/** A read of a portal, at the end of a leg. */
interface Read {
  readonly after: number;
  readonly portal: string;
}
interface Route {
  readonly tag: string;
  readonly from: readonly [x: number, y: number];
  readonly legs: readonly Leg[];
  readonly reads: readonly Read[];
}

/*
 * The forklift carries between the racks and the far end of the main aisle, and comes back too fast, a minute after the
 * start. The truck of the contractor comes in by the gate, unloads, drives into the chemical store, and leaves.
 */
const ROUTES: readonly Route[] = [
  {
    tag: 'vehicle-fl-01',
    from: [19, 11],
    legs: [
      { to: [19, 6.3], kmh: 3, stands: 4 },
      { to: [2.5, 6.3], kmh: 4, stands: 25 },
      { to: [18.5, 6.3], kmh: 9, stands: 12 },
      { to: [19, 11], kmh: 3, stands: 540 },
    ],
    reads: [],
  },
  {
    tag: 'vehicle-truck-01',
    from: [24.3, 1.5],
    legs: [
      // It waits to be let in.
      { to: [24.3, 3], kmh: 0.12, stands: 15 },
      { to: [12, 3], kmh: 4, stands: 40 },
      { to: [4, 2.6], kmh: 4, stands: 20 },
      { to: [12, 3], kmh: 4, stands: 10 },
      { to: [24.3, 3], kmh: 4, stands: 5 },
      { to: [24.3, 1.5], kmh: 3, stands: 480 },
    ],
    reads: [
      { after: 0, portal: 'truck-gate-in' },
      { after: 5, portal: 'truck-gate-out' },
    ],
  },
];

/** Where a vehicle is so many seconds after the begin of its route; its duration, and when it ends which leg. */
function planned({ from, legs }: Route) {
  let at = 0;
  let place = from;
  const stretches = legs.map(({ to, kmh, stands }) => {
    const seconds = Math.hypot(to[0] - place[0], to[1] - place[1]) / (kmh / KMH);
    const stretch = { begins: at, from: place, to, seconds };
    at += seconds + stands;
    place = to;
    return stretch;
  });
  return {
    duration: at,
    arrivals: stretches.map(({ begins, seconds }) => begins + seconds),
    placeAt(time: number): [x: number, y: number] {
      const now = stretches.findLast(({ begins }) => begins <= time) ?? stretches[0]!;
      const share = Math.min(1, (time - now.begins) / now.seconds);
      return [
        now.from[0] + share * (now.to[0] - now.from[0]),
        now.from[1] + share * (now.to[1] - now.from[1]),
      ];
    },
  };
}

/** The truck asks the barrier so long before it is inside of it, seconds. */
const ASKS_BEFORE = 5;

/** When the truck is at the barrier of the loading gate: seconds after the begin of its route, and of a round of it. */
export function truckAtBarrier(): { tag: string; after: number; round: number } {
  const route = ROUTES.find(({ reads }) => reads.length > 0) as Route;
  const { arrivals, duration } = planned(route);
  return { tag: route.tag, after: (arrivals[0] as number) - ASKS_BEFORE, round: duration };
}

export interface VehiclesOptions {
  clock: Clock;
  floorPlan: string;
  publish: (location: Location) => void;
  /** Standard deviation of a fix along each axis, metres. */
  sigma: number;
  seed: string;
}

/** The vehicles of the demonstration: a fix per second and vehicle, and reads at the portals of the gate. */
export class Vehicles implements Task {
  readonly #options: VehiclesOptions;
  readonly #vehicles: { route: Route; plan: ReturnType<typeof planned>; noise: () => number }[];
  readonly #began: number;
  #next: number;

  constructor(options: VehiclesOptions) {
    this.#options = options;
    this.#began = Math.ceil(options.clock.elapsed());
    this.#next = this.#began;
    this.#vehicles = ROUTES.map((route) => ({
      route,
      plan: planned(route),
      noise: gaussian(`${options.seed}/${route.tag}`),
    }));
  }

  due(): number {
    return this.#next;
  }

  run(now: number): void {
    const { floorPlan, sigma } = this.#options;
    const second = Math.floor(now);
    this.#next = second + 1;
    for (const { route, plan, noise } of this.#vehicles) {
      const { time } = loopTime(second - this.#began, plan.duration);
      const place = plan.placeAt(time).map((value) => toMillimetres(value + sigma * noise()));
      const accuracy = toMillimetres(RADIUS_95 * sigma);
      this.#send(second, { tag: route.tag, source: floorPlan, type: 'uwb', place, accuracy });
      for (const { after, portal } of route.reads) {
        const arrived = plan.arrivals[after] ?? 0;
        if (time < arrived || time >= arrived + 1) continue;
        const read = { tag: route.tag, source: portal, type: 'rfid', place, accuracy: 1 } as const;
        this.#send(second, read);
      }
    }
  }

  #send(
    second: number,
    fix: { tag: string; source: string; type: 'uwb' | 'rfid'; place: number[]; accuracy: number },
  ): void {
    const { clock, publish } = this.#options;
    publish(
      location.parse({
        position: { type: 'Point', coordinates: fix.place },
        source: fix.source,
        provider_type: fix.type,
        provider_id: fix.tag,
        timestamp_generated: new Date(clock.wallAt(second)).toISOString(),
        crs: 'local',
        accuracy: fix.accuracy,
        floor: 0,
      }),
    );
  }
}

const toMillimetres = (metres: number): number => Math.round(metres * 1000) / 1000;
