import { type CamerasFile, checkCameras, type Point } from '@anshi/contracts';
import { type Random, randomOf } from '@anshi/contracts/testing/random';
import { CalibrationRefused, FloorLocator } from '../../src/locate/floor-locator.ts';
import type { DetectionLine, PeopleFile, TruthFile, World } from './data.ts';
import { detectAll } from './detect.ts';
import { type Hall, hallFor } from './hall.ts';
import { type Reading, readAll } from './readers.ts';
import { PICTURE, seenAt, type View, viewsOf } from './view.ts';
import { FPS, type Meeting, walk } from './walk.ts';

/** One floor with its people and cameras; the badges are read in different ways over it. */
export interface Floor {
  readonly name: string;
  readonly cameras: CamerasFile;
  readonly detections: readonly DetectionLine[];
  readonly people: PeopleFile;
  readonly truth: TruthFile;
  /** Positions of its badges, read in one way. */
  read(reading: Reading): World['positions'];
}

const START = Date.parse('2026-01-05T00:00:00Z');
const REFUSED = 0.3;
const NO_BADGE = 0.1;
/** One of each for so many people. */
const ODD_PER_PEOPLE = 20;
/** Errors of a calibration: a click in the picture, a tape on the floor. */
const CLICK_PIXELS = 2;
const TAPE_METRES = 0.07;

const instantOf = (second: number) => new Date(START + Math.round(1000 * second)).toISOString();
const nameOf = (person: number) => `person-${person + 1}`;
const badgeOf = (person: number) => `badge-${person + 1}`;

/** @param seed the same seed gives the same floor. */
export function makeFloor(seed: string, people: number, seconds: number): Floor {
  const random = randomOf(`${seed}/${people}`);
  const hall = hallFor(people);
  const cast = castOf(people, random.of('people'));
  const meetings = cast.inView.map((pair, i): Meeting => {
    const x = hall.crossings[(i + 1) % hall.crossings.length]!;
    const y = hall.aisles[(i + 1) % (hall.aisles.length - 1)]!;
    return { at: Math.round((0.4 + 0.1 * i) * seconds), people: pair, place: [x, y] };
  });
  const frames = walk(hall, people, seconds, random.of('walk'), meetings);
  const views = viewsOf(hall);
  const { detections, shown } = look(views, hall, frames, random.of('cameras'));
  const wearer = wearerOf(cast, meetings);
  const badges = cast.badges.map(badgeOf);
  return {
    name: `${people} people, seed ${seed}`,
    cameras: camerasFile(views, hall, random.of('calibration')),
    detections,
    people: peopleFileOf(cast, people),
    truth: truthOf(cast, meetings, seconds, shown, wearer),
    read: (reading) =>
      readAll(
        hall,
        badges,
        frames,
        (badge, frame) => wearer(Number(badge.slice(6)) - 1, frame / FPS),
        reading,
        random.of('readers'),
      ).map(({ badge, reader, provider, stamped, arrived, at, accuracy }) => ({
        arrivedAt: instantOf(arrived),
        location: {
          position: { type: 'Point', coordinates: [at[0], at[1]] },
          source: reader,
          provider_type: provider,
          provider_id: badge,
          trackables: [],
          timestamp_generated: instantOf(stamped),
          crs: 'local',
          accuracy,
        },
      })),
  };
}

interface Cast {
  readonly agreed: readonly number[];
  /** People with a badge of their own. */
  readonly badges: readonly number[];
  /** Badges of the first are carried by the second, beside the own one. */
  readonly carried: readonly (readonly [number, number])[];
  readonly inView: readonly (readonly [number, number])[];
  readonly outOfView: readonly (readonly [number, number])[];
}

function castOf(people: number, random: Random): Cast {
  const order = Array.from({ length: people }, (_, i) => i)
    .map((person) => ({ person, key: random.unit() }))
    .sort((a, b) => a.key - b.key)
    .map(({ person }) => person);
  const without = Math.round(NO_BADGE * people);
  const refused = Math.round(REFUSED * people);
  const agreed = order.slice(without + refused);
  const odd = Math.floor(people / ODD_PER_PEOPLE);
  const pairs = (from: number) =>
    Array.from(
      { length: odd },
      (_, i) => [agreed[2 * (from * odd + i)]!, agreed[2 * (from * odd + i) + 1]!] as const,
    );
  return {
    agreed,
    badges: order.slice(without).sort((a, b) => a - b),
    carried: pairs(0),
    inView: pairs(1),
    outOfView: pairs(2),
  };
}

function wearerOf({ carried, inView, outOfView }: Cast, meetings: readonly Meeting[]) {
  return (owner: number, second: number): number => {
    const carrier = carried.find(([lent]) => lent === owner)?.[1];
    if (carrier !== undefined) return carrier;
    const swapped = [...outOfView, ...inView.filter((_, i) => second >= meetings[i]!.at + 3)].find(
      (pair) => pair.includes(owner),
    );
    return swapped ? (swapped[0] === owner ? swapped[1] : swapped[0]) : owner;
  };
}

function look(views: readonly View[], hall: Hall, frames: readonly Point[][], random: Random) {
  const detections: DetectionLine[] = [];
  const shown: TruthFile['frames'] = [];
  const of = new Map(views.map((view) => [view, random.of(view.id)]));
  frames.forEach((places, frame) => {
    views.forEach((view, v) => {
      // Cameras are not in step.
      const at = instantOf(frame / FPS + 0.013 * v);
      const seen = detectAll(view, places, hall, of.get(view)!);
      const found = seen.flatMap(({ found: one }) => (one ? [one] : []));
      detections.push({ camera: view.id, at, people: found });
      if (frame % FPS !== 0) return;
      const people = seen.map(({ person, trueBox }) => ({ person: nameOf(person), box: trueBox }));
      shown.push({ camera: view.id, at, people });
    });
  });
  return { detections, shown };
}

/** Measurements that the product refuses are taken again, as it asks for. */
function calibrationOf(view: View, size: Hall['size'], random: Random) {
  for (;;) {
    const pairs = measure(view, size, random);
    try {
      new FloorLocator(pairs);
      return pairs;
    } catch (error) {
      if (!(error instanceof CalibrationRefused)) throw error;
    }
  }
}

/** Points of the floor in a grid of 3 m, as they are clicked in the picture and measured by tape. */
function measure(view: View, size: Hall['size'], random: Random) {
  const calibration: { picture: Point; floor: Point }[] = [];
  for (let x = 1.5; x < size[0]; x += 3) {
    for (let y = 1.5; y < size[1]; y += 3) {
      const seen = seenAt(view, [x, y, 0]);
      const isIn =
        seen &&
        seen.depth < 22 &&
        seen.at[0] > 0 &&
        seen.at[0] < PICTURE[0] &&
        seen.at[1] > 0 &&
        seen.at[1] < PICTURE[1];
      if (!isIn) continue;
      calibration.push({
        picture: [
          Math.round(seen.at[0] + random.normal(CLICK_PIXELS)),
          Math.round(seen.at[1] + random.normal(CLICK_PIXELS)),
        ],
        floor: [tape(x, random), tape(y, random)],
      });
    }
  }
  return calibration;
}

function camerasFile(views: readonly View[], { size }: Hall, random: Random): CamerasFile {
  const name = (id: string) => ({ zh: id, en: id });
  const cameras = views.map((view) => {
    const calibration = calibrationOf(view, size, random);
    const url = `rtsp://127.0.0.1/${view.id}`;
    const plan = { site: 'plant', floorPlan: 'hall', url, picture: [...PICTURE] };
    return { id: view.id, name: name(view.id), ...plan, calibration };
  });
  const floorPlans = [{ id: 'hall', name: name('hall'), size: [...size] }];
  const checked = checkCameras({
    version: 1,
    sites: [{ id: 'plant', name: name('plant'), floorPlans }],
    cameras,
  });
  if ('findings' in checked) throw new Error(JSON.stringify(checked.findings));
  return checked.file;
}

const tape = (metres: number, random: Random) =>
  Math.round(100 * (metres + random.normal(TAPE_METRES))) / 100;

function peopleFileOf({ agreed, badges }: Cast, people: number): PeopleFile {
  return {
    people: Array.from({ length: people }, (_, person) => ({
      id: nameOf(person),
      consents: agreed.includes(person) ? ['badge-tracking', 'video-identity'] : [],
    })),
    bindings: badges.map((person) => ({
      badge: badgeOf(person),
      person: nameOf(person),
      since: instantOf(-3600),
      until: null,
    })),
  };
}

function truthOf(
  cast: Cast,
  meetings: readonly Meeting[],
  seconds: number,
  frames: TruthFile['frames'],
  wearer: (owner: number, second: number) => number,
): TruthFile {
  const swapAt = (owner: number) => {
    const i = cast.inView.findIndex((pair) => pair.includes(owner));
    return i < 0 ? undefined : meetings[i]!.at + 3;
  };
  const worn = cast.badges.flatMap((owner) => {
    const at = swapAt(owner);
    const stretches =
      at === undefined
        ? [[0, seconds]]
        : [
            [0, at],
            [at, seconds],
          ];
    return stretches.map(([from, to]) => ({
      badge: badgeOf(owner),
      person: nameOf(wearer(owner, from!)),
      from: instantOf(from!),
      to: instantOf(to!),
    }));
  });
  const swap = ([a, b]: readonly [number, number], at: number, inView: boolean) => ({
    at: instantOf(at),
    badges: [badgeOf(a), badgeOf(b)] as [string, string],
    inView,
  });
  const swaps = [
    ...cast.inView.map((pair, i) => swap(pair, meetings[i]!.at + 3, true)),
    ...cast.outOfView.map((pair) => swap(pair, 0, false)),
  ];
  return { frames, worn, swaps };
}
