import type { CameraConfig, RuleConfig } from '@anshi/contracts';
import type { Random } from '@anshi/contracts/testing/random';
import type { Person, Walkers } from './people.ts';
import { type Area, outlineOf, PICTURE, toPicture } from './view.ts';

/** Something that happens again and again at random times. */
export interface Arrival {
  /** Mean time between two, s. */
  readonly every: number;
  /** The people who come, from this moment on, ms. */
  readonly people: (from: number, walkers: Walkers, random: Random) => Person[];
}

/** A place with its camera, its rules, and who comes there. */
export interface Scene {
  readonly config: CameraConfig;
  readonly areas: ReadonlyMap<string, Area>;
  /** A line on the floor from south to north, x and the two y, in metres. */
  readonly line: readonly [x: number, south: number, north: number] | null;
  /** The machine whose state is told. */
  readonly machine: string | null;
  readonly arrivals: readonly Arrival[];
}

const name = { zh: '区', en: 'zone' };

function camera(
  id: string,
  areas: ReadonlyMap<string, Area>,
  rules: RuleConfig[],
  lines: CameraConfig['lines'] = [],
): CameraConfig {
  return {
    id,
    name,
    site: 'plant',
    url: 'file:none.mp4',
    transport: 'tcp',
    enabled: true,
    picture: PICTURE,
    model: 'ppe',
    analysisFps: 5,
    closeLooks: { perFrame: 4, megapixels: 0.25, searchSeconds: 10 },
    zones: [...areas].map(([zone, area]) => ({
      id: zone,
      name,
      kind: 'work-area',
      polygon: outlineOf(area),
    })),
    lines,
    rules,
  };
}

/** A stay that is clearly shorter or clearly longer than a time, or now and then about as long, ms. */
function stay({ between, chance }: Random, seconds: number): number {
  if (chance(0.1)) return 1000 * seconds * between(0.9, 1.1);
  return 1000 * seconds * (chance(0.5) ? between(0.15, 0.75) : between(1.35, 3));
}

const LOITERING = 30;
const CROWD = 5;
const LONE = 40;
const UNATTENDED = 40;

/** A hall in which people come and go: rules on persons, and too many in a booth. */
export function hall(): Scene {
  const areas = new Map<string, Area>([
    ['pause', [3.5, 3, 6.5, 5.5]],
    ['booth', [9, 3, 12.5, 6]],
    ['cage', [2.5, 8, 6, 10.5]],
    ['work', [9, 8, 13, 10.5]],
  ]);
  const [x, south, north] = [7.5, 6.8, 11.5];
  const base = { severity: 'medium' } as const;
  const rules: RuleConfig[] = [
    { ...base, kind: 'loitering', id: 'stays', zone: 'pause', confirmSeconds: LOITERING },
    {
      ...base,
      kind: 'over-occupancy',
      id: 'crowd',
      zone: 'booth',
      maxPeople: 2,
      confirmSeconds: CROWD,
    },
    { ...base, kind: 'zone-intrusion', id: 'caged', zone: 'cage' },
    { ...base, kind: 'missing-ppe', id: 'helmets', zone: 'work', items: ['helmet'] },
    { ...base, kind: 'line-crossing', id: 'gate', line: 'gate', direction: 'both' },
    { ...base, kind: 'running', id: 'haste' },
  ];
  const line = { id: 'gate', name, from: toPicture([x, south]), to: toPicture([x, north]) };
  const into = (zone: string) => areas.get(zone)!;
  return {
    config: camera('generated-hall', areas, rules, [line]),
    areas,
    line: [x, south, north],
    machine: null,
    arrivals: [
      { every: 75, people: (from, walkers) => [walkers.passer(from, 1, 2.4)] },
      { every: 90, people: (from, walkers) => [walkers.passer(from, 7.4, 10.6)] },
      { every: 240, people: (from, walkers) => [walkers.passer(from, 1, 2.4, true)] },
      {
        every: 150,
        people: (from, walkers, random) => [
          walkers.visitor(from, into('pause'), stay(random, LOITERING)),
        ],
      },
      {
        every: 180,
        people: (from, walkers, random) => [
          walkers.visitor(from, into('cage'), 1000 * random.between(3, 25)),
        ],
      },
      {
        every: 180,
        people: (from, walkers, random) => [
          walkers.visitor(from, into('work'), 1000 * random.between(6, 40)),
        ],
      },
      {
        every: 200,
        people: (from, walkers, random) => crowd(from, walkers, random, into('booth')),
      },
    ],
  };
}

/** One to five people in a booth, side by side, who come and go within some seconds of each other. */
function crowd(from: number, walkers: Walkers, random: Random, area: Area): Person[] {
  const count = random.pick([1, 2, 2, 3, 3, 4, 5]);
  const [west, south, east, north] = area;
  const width = (east - west - 1) / 5;
  const length = 1000 * random.between(8, 60);
  const places = [0, 1, 2, 3, 4].sort(() => random.unit() - 0.5).slice(0, count);
  return places.map((n) =>
    walkers.visitor(
      from + 1000 * random.between(0, 8),
      area,
      length + 1000 * random.between(0, 5),
      [
        west + 0.5 + width * (n + random.between(0.3, 0.7)),
        random.between(south + 0.7, north - 0.7),
      ],
    ),
  );
}

/** A machine with the place of its operator, and a pit in which nobody may work alone. */
export function workshop(): Scene {
  const areas = new Map<string, Area>([
    ['pit', [3, 4, 7, 8]],
    ['operator', [10, 4, 12.5, 6.5]],
  ]);
  const base = { severity: 'high' } as const;
  const rules: RuleConfig[] = [
    {
      ...base,
      kind: 'lone-work',
      id: 'alone',
      zone: 'pit',
      companyIn: 'picture',
      confirmSeconds: LONE,
    },
    {
      ...base,
      kind: 'unattended-machine',
      id: 'unattended',
      zone: 'operator',
      confirmSeconds: UNATTENDED,
      whileMachine: { machine: 'press-1', states: ['running'] },
    },
  ];
  const into = (zone: string) => areas.get(zone)!;
  return {
    config: camera('generated-workshop', areas, rules),
    areas,
    line: null,
    machine: 'press-1',
    arrivals: [
      { every: 400, people: (from, walkers) => [walkers.passer(from, 1, 2.8)] },
      { every: 600, people: (from, walkers) => [walkers.passer(from, 9, 11)] },
      {
        every: 130,
        people: (from, walkers, random) => {
          const long = stay(random, LONE);
          const one = walkers.visitor(from, into('pit'), long);
          if (!random.chance(0.3)) return [one];
          // A second one comes with them, or later.
          const later = random.chance(0.5) ? 0 : random.between(0, long);
          return [one, walkers.visitor(from + later, into('pit'), stay(random, LONE))];
        },
      },
      {
        every: 300,
        people: (from, walkers, random) => [
          walkers.visitor(from, into('operator'), 1000 * random.between(10, 150)),
        ],
      },
    ],
  };
}
