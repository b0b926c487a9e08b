import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  cellsOf,
  coverageOf,
  figuresOf,
  MAIN_CELL,
  missedBy,
  precisionOf,
  scoreWorld,
} from './identity/cells.ts';
import { IdentityDataError, readWorld, type World, writeWorld } from './identity/data.ts';
import { trackAll } from './identity/run.ts';
import { type CellScore, emptyScore, type WrongName } from './identity/score.ts';
import { makeFloor } from './identity/world.ts';
import { wherever } from './ppe-parts.ts';

/* Who wears which badge, in halls of 5, 20 and 60 people. Explained in docs/benches.md. */

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    seed: { type: 'string', default: 'scored' },
    halls: { type: 'string', default: '5,20,60' },
    minutes: { type: 'string' },
    write: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

/** Minutes of a floor, and how many of them, by its people. */
const PLAN: Record<string, { minutes: number; floors: number }> = {
  5: { minutes: 10, floors: 4 },
  20: { minutes: 8, floors: 3 },
  60: { minutes: 5, floors: 1 },
};

const scores = new Map<string, CellScore>();
const scoreOf = (key: string) => {
  let score = scores.get(key);
  if (!score) {
    score = emptyScore();
    scores.set(key, score);
  }
  return score;
};

if (values.data) scoreFolder(wherever(values.data));
else generate();

const figures: Record<string, number> = {};
const missed: string[] = [];
for (const [key, score] of scores) {
  Object.assign(figures, figuresOf(key, score));
  missed.push(...missedBy(key, score));
}
for (const one of missed) note(`MISSED ${one}`);
const main = scores.get(MAIN_CELL) ?? [...scores.values()][0]!;
const nearest = main.nearestSaid === 0 ? 0 : main.nearestRight / main.nearestSaid;
const round = (value: number) => Number(value.toPrecision(4));
console.log(
  JSON.stringify({
    bench: 'identity',
    ok: missed.length === 0 && scores.size > 0,
    figures: Object.fromEntries(Object.entries(figures).map(([key, v]) => [key, round(v)])),
    ratio: round(nearest === 0 ? 0 : precisionOf(main) / nearest),
    against: 'the nearest badge in the same run: its precision over the same sightings',
  }),
);
process.exitCode = missed.length === 0 ? 0 : 1;

function scoreFolder(folder: string): void {
  if (!existsSync(folder)) stop(`there is no folder ${folder}`);
  const inside = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'truth.json')))
    .map(({ name }) => name)
    .sort();
  // A folder of one floor, or of several.
  const floors = existsSync(join(folder, 'cameras.yaml')) || inside.length === 0 ? [''] : inside;
  try {
    for (const name of floors) {
      const world = readWorld(join(folder, name), name || 'data');
      const key = name === '' ? 'data' : name.replace(/[^A-Za-z0-9]/g, '');
      report(key, scoreWorld(scoreOf(key), world));
    }
  } catch (error) {
    if (error instanceof IdentityDataError) stop(error.message);
    throw error;
  }
}

function generate(): void {
  const only = values.minutes === undefined ? undefined : Number(values.minutes);
  if (only !== undefined && !(only > 0 && only <= 60))
    stop(`--minutes must be above 0 and at most 60, not "${values.minutes}"`);
  for (const hall of values.halls.split(',')) {
    const plan = PLAN[hall];
    if (!plan) stop(`--halls takes some of ${Object.keys(PLAN).join(',')}, not "${hall}"`);
    for (let n = 0; n < plan.floors; n++) {
      const began = performance.now();
      const floor = makeFloor(`${values.seed}-${n}`, Number(hall), 60 * (only ?? plan.minutes));
      const frames = trackAll(floor);
      for (const { key, reading } of cellsOf(Number(hall))) {
        const world: World = { ...floor, positions: floor.read(reading) };
        if (values.write) writeWorld(join(wherever(values.write), `${key}-${n}`), world);
        report(key, scoreWorld(scoreOf(key), world, frames));
      }
      note(`${floor.name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }
  }
}

function report(key: string, wrong: readonly WrongName[]): void {
  const score = scoreOf(key);
  note(
    `${key}: ${score.all.names} names, ${score.all.wrong} wrong, precision ${precisionOf(score).toFixed(4)}, coverage ${coverageOf(score).toFixed(3)}`,
  );
  for (const { at, camera, track, person, badge } of values.verbose ? wrong : []) {
    note(`  ${new Date(at).toISOString()} ${camera} ${track}: ${badge} on ${person}`);
  }
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

function stop(message: string): never {
  console.error(message);
  process.exit(2);
}
