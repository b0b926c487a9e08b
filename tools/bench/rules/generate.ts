import type { MachineSeen, Observation, RuleConfig } from '@anshi/contracts';
import { type Random, randomOf } from '@anshi/contracts/testing/random';
import type { Stream, Truth, TruthEvent } from './data.ts';
import { type Person, Walkers } from './people.ts';
import type { Scene } from './scenes.ts';
import { Sensor, type Sight } from './sensor.ts';
import { type Fact, Stretches, type Times } from './stretches.ts';
import { boxOf, isOn, PICTURE, shareInPicture } from './view.ts';

/*
 * Streams of observations with their truth, by a generator that shares no code with the judge. The truth
 * is counted from where people are, the observations from what a detector with errors says of them.
 */

const START = Date.UTC(2026, 0, 5);
const STEP_MS = 200;
/** Share of frames that are dropped; mean time between outages and their length, s. */
const DROPPED = 0.03;
const OUTAGE = { every: 1_500, from: 2, to: 30 };
/** The picture shows something else: mean time, and length, s. */
const DEGRADED = { every: 5_400, from: 20, to: 60 };
/** The machine runs and stands, s; the state is not known for some of the time. */
const MACHINE = {
  runs: [60, 400],
  stands: [10, 90],
  silentEvery: 1_800,
  silent: [20, 60],
} as const;
/** Who was not detected for longer was not in sight: the truth does not ask for them, ms. */
const OUT_OF_SIGHT_MS = 4_000;
/** The same for runners, who are in the picture for three seconds. */
const RUNNER_OUT_OF_SIGHT_MS = 800;
/** Places are known to so many metres: nearer to the edge of a zone, both is right. */
const PLACE_ERROR = 0.3;
/** A person who is faster than this runs, m/s: no walk of the generator comes near. */
const RUNS = 3.5;

/** The confirm and clear times that the rules have where the configuration gives none, s; see the manual. */
const USUAL: Partial<Record<RuleConfig['kind'], readonly [number, number]>> = {
  'missing-ppe': [2, 5],
  'zone-intrusion': [1, 3],
  running: [1, 3],
  loitering: [60, 5],
  'over-occupancy': [5, 10],
  'lone-work': [120, 10],
  'unattended-machine': [60, 5],
};

const iso = (ms: number) => new Date(START + ms).toISOString();

/** A generated stream: its truth is complete when all observations have been read. */
export interface GeneratedStream extends Omit<Stream, 'truth'> {
  truth(): Truth;
}

export function generate(scene: Scene, seed: string, hours: number): GeneratedStream {
  const { config } = scene;
  const recorder = new TruthRecorder(scene);
  const length = Math.round(3_600_000 * hours);
  return {
    name: `${config.id}-${seed}`,
    config,
    observations: framesOf(scene, randomOf(`${config.id}/${seed}`), length, recorder),
    truth: () => ({ camera: config.id, from: iso(0), to: iso(length), events: recorder.events() }),
  };
}

function* framesOf(
  scene: Scene,
  random: Random,
  length: number,
  truth: TruthRecorder,
): Generator<Observation> {
  const { config } = scene;
  const chance = random.of('camera');
  const sensor = new Sensor(random.of('sensor'), config.zones);
  const people = peopleOf(scene, random.of('people'), length);
  const machine = scene.machine === null ? null : machineOf(random.of('machine'));
  let next = 0;
  let present: Person[] = [];
  let outageUntil = 0;
  let degradedUntil = 0;
  let last = 0;
  for (let at = 0; at < length; at += STEP_MS) {
    while (people[next] && people[next]!.from <= at) present.push(people[next++]!);
    present = present.filter(({ to }) => to >= at);
    const often = (every: number) => chance.chance(STEP_MS / 1000 / every);
    if (often(OUTAGE.every)) outageUntil = at + 1000 * chance.between(OUTAGE.from, OUTAGE.to);
    if (often(DEGRADED.every)) {
      degradedUntil = at + 1000 * chance.between(DEGRADED.from, DEGRADED.to);
    }
    if (at < outageUntil) {
      truth.cut();
      continue;
    }
    if (chance.chance(DROPPED)) continue;
    const sight = sensor.look(present, at, at - last);
    last = at;
    const state = machine?.(at) ?? null;
    truth.step(at, present, sight, state, at < degradedUntil);
    const machines: MachineSeen[] =
      scene.machine === null || state === null
        ? []
        : [{ machine: scene.machine, state, at: state === 'unknown' ? null : iso(at) }];
    yield {
      camera: config.id,
      at: iso(at),
      width: PICTURE[0],
      height: PICTURE[1],
      people: sight.people,
      parts: [],
      machines,
      ...(at < degradedUntil && { degraded: true as const }),
    };
  }
  truth.end(sensor);
}

function peopleOf({ arrivals }: Scene, random: Random, length: number): Person[] {
  const walkers = new Walkers(random.of('ways'));
  const all = arrivals.flatMap(({ every, people }, n) => {
    const own = random.of(`arrival ${n}`);
    const found: Person[] = [];
    for (let at = 0; at < length; ) {
      at += -1000 * every * Math.log(1 - own.unit());
      found.push(...people(at, walkers, own));
    }
    return found;
  });
  return all.sort((a, b) => a.from - b.from);
}

type MachineNow = 'running' | 'stopped' | 'unknown';

function machineOf({ between, chance }: Random): (at: number) => MachineNow {
  let isRunning = false;
  let until = 0;
  let silentUntil = 0;
  return (at) => {
    if (at >= until) {
      isRunning = !isRunning;
      const [from, to] = isRunning ? MACHINE.runs : MACHINE.stands;
      until = at + 1000 * between(from, to);
    }
    if (chance(STEP_MS / 1000 / MACHINE.silentEvery)) {
      silentUntil = at + 1000 * between(MACHINE.silent[0], MACHINE.silent[1]);
    }
    return at < silentUntil ? 'unknown' : isRunning ? 'running' : 'stopped';
  };
}

interface Tracked {
  readonly stretches: Stretches;
  detectedAt: number;
}
type Crossing = { readonly person: string; readonly at: number; isSure: boolean };

/** Writes down from frame to frame what is so. */
class TruthRecorder {
  readonly #scene: Scene;
  /** By rule, and by person for rules on people. */
  readonly #ofPeople = new Map<string, Map<string, Tracked>>();
  readonly #ofScene = new Map<string, Stretches>();
  readonly #crossings: Crossing[] = [];
  /** Where each person was in the frame before, and the times at which they were detected. */
  readonly #before = new Map<string, { x: number; y: number; at: number }>();
  readonly #detections = new Map<string, number[]>();
  #sensor: Sensor | undefined;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  step(
    at: number,
    people: readonly Person[],
    { detected }: Sight,
    machine: MachineNow | null,
    isDegraded: boolean,
  ): void {
    const placed = people.map((person) => {
      const { place, speed } = person.at(at);
      return { person, place, speed, isSeen: shareInPicture(boxOf(place)) >= 0.25 };
    });
    for (const rule of this.#scene.config.rules) {
      const area = 'zone' in rule ? this.#scene.areas.get(rule.zone ?? '') : undefined;
      const isIn = (one: (typeof placed)[number], margin: number) =>
        one.isSeen && (area === undefined || isOn(one.place, area, margin));
      const surely = placed.filter((one) => isIn(one, -PLACE_ERROR)).length;
      const count = placed.filter((one) => isIn(one, PLACE_ERROR)).length;
      const inSight = placed.filter(({ isSeen }) => isSeen).length;
      switch (rule.kind) {
        case 'over-occupancy':
          this.#scenery(
            rule.id,
            at,
            factOf(surely > rule.maxPeople, count > rule.maxPeople),
            isDegraded,
          );
          break;
        case 'lone-work': {
          const isZone = rule.companyIn === 'zone';
          const sure = surely === 1 && (isZone ? count : inSight) === 1;
          const maybe = count > 0 && (isZone ? surely : inSight) <= 1;
          this.#scenery(rule.id, at, factOf(sure, maybe), isDegraded);
          break;
        }
        case 'unattended-machine':
          if (machine === 'unknown') this.#sceneOf(rule.id).cut();
          else {
            const runs = machine === 'running';
            this.#scenery(
              rule.id,
              at,
              factOf(runs && count === 0, runs && surely === 0),
              isDegraded,
            );
          }
          break;
        case 'line-crossing':
          break;
        default:
          for (const one of placed) {
            const { person } = one;
            const isSo =
              (rule.kind !== 'missing-ppe' || !person.helmet) &&
              (rule.kind !== 'running' || one.speed > RUNS);
            const fact = factOf(isSo && isIn(one, -PLACE_ERROR), isSo && isIn(one, PLACE_ERROR));
            const longest = rule.kind === 'running' ? RUNNER_OUT_OF_SIGHT_MS : OUT_OF_SIGHT_MS;
            this.#person(rule.id, person.id, at, fact, detected.has(person.id), longest);
          }
      }
    }
    for (const { person, place } of placed) this.#cross(person.id, place, at, detected);
  }

  /** The camera sees nothing for a while. */
  cut(): void {
    for (const stretches of this.#ofScene.values()) stretches.cut();
    for (const people of this.#ofPeople.values()) {
      for (const { stretches } of people.values()) stretches.cut();
    }
  }

  end(sensor: Sensor): void {
    this.#sensor = sensor;
  }

  events(): TruthEvent[] {
    const sensor = this.#sensor;
    if (!sensor) throw new Error('the truth is asked for before all observations were read');
    return this.#scene.config.rules.flatMap((rule): TruthEvent[] => {
      if (rule.kind === 'line-crossing') return this.#crossingEvents(rule, sensor);
      const scene = this.#ofScene.get(rule.id);
      const times = timesOf(rule);
      if (scene) return scene.events(rule, times, iso).map((event) => ({ ...event, tracks: [] }));
      return [...(this.#ofPeople.get(rule.id) ?? [])].flatMap(([person, { stretches }]) =>
        stretches
          .events(rule, times, iso)
          .map((event) => ({ ...event, tracks: sensor.tracksOf(person) })),
      );
    });
  }

  #sceneOf(rule: string): Stretches {
    const known = this.#ofScene.get(rule) ?? new Stretches();
    this.#ofScene.set(rule, known);
    return known;
  }

  #scenery(rule: string, at: number, fact: Fact, isDegraded: boolean): void {
    if (isDegraded) this.#sceneOf(rule).cut();
    else this.#sceneOf(rule).step(at, fact);
  }

  #person(
    rule: string,
    person: string,
    at: number,
    fact: Fact,
    isDetected: boolean,
    longest: number,
  ): void {
    const people = this.#ofPeople.get(rule) ?? new Map<string, Tracked>();
    this.#ofPeople.set(rule, people);
    const known = people.get(person);
    if (!known && fact === 'no') return;
    const tracked = known ?? { stretches: new Stretches(), detectedAt: at };
    people.set(person, tracked);
    if (isDetected) tracked.detectedAt = at;
    if (at - tracked.detectedAt > longest) tracked.stretches.cut();
    else tracked.stretches.step(at, fact);
  }

  #cross(
    person: string,
    [x, y]: readonly [number, number],
    at: number,
    detected: ReadonlySet<string>,
  ): void {
    const { line } = this.#scene;
    if (!line) return;
    const seen = this.#detections.get(person) ?? [];
    if (detected.has(person)) this.#detections.set(person, [...seen, at]);
    const before = this.#before.get(person);
    this.#before.set(person, { x, y, at });
    if (!before || before.x < line[0] === x < line[0]) return;
    const height = (y + before.y) / 2;
    if (height < line[1] - 0.4 || height > line[2] + 0.4) return;
    const isInside = height > line[1] + 0.4 && height < line[2] - 0.4;
    this.#crossings.push({ person, at, isSure: isInside && at - before.at <= 1_000 });
  }

  #crossingEvents(rule: RuleConfig, sensor: Sensor): TruthEvent[] {
    return this.#crossings.map(({ person, at, isSure }) => {
      const seen = this.#detections.get(person) ?? [];
      const isSeen =
        seen.some((time) => time <= at && at - time <= 800) &&
        seen.some((time) => time > at && time - at <= 800);
      return {
        rule: rule.kind,
        ruleId: rule.id,
        item: null,
        from: iso(at),
        to: iso(at),
        tracks: sensor.tracksOf(person),
        must: isSure && isSeen,
        atMost: 1,
      };
    });
  }
}

function timesOf(rule: RuleConfig): Times {
  const [confirm, clear] = USUAL[rule.kind] ?? [0, 3];
  return {
    confirm: 1000 * (rule.confirmSeconds ?? confirm),
    clear: 1000 * (rule.clearSeconds ?? clear),
    // Who runs is soon out of the picture.
    ...(rule.kind === 'running' && { slack: 800 }),
  };
}

const factOf = (sure: boolean, maybe: boolean): Fact => (sure ? 'sure' : maybe ? 'maybe' : 'no');
