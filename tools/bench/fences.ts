import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type FenceData, FenceDataError, readFenceData } from './fences/data.ts';
import { generateFences } from './fences/generate.ts';
import { delayP95, type FenceScore, scoreFences } from './fences/score.ts';
import { note, tell } from './result.ts';

/* Electronic fences on streams of readers. Explained in docs/benches.md. */
const TARGET = { found: 0.98, falseIn100Hours: 1, flaps: 0, delayP95: 2 } as const;
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    seed: { type: 'string', default: '101' },
    minutes: { type: 'string', default: '60' },
    badges: { type: 'string', default: '20' },
    write: { type: 'string' },
  },
});
const [seed, minutes, badges] = [values.seed, values.minutes, values.badges].map(Number) as [
  number,
  number,
  number,
];
const cells = [
  ['03m1Hz', 0.3, 1],
  ['1m1Hz', 1, 1],
  ['03m01Hz', 0.3, 0.1],
  ['1m01Hz', 1, 0.1],
] as const;

const figures: Record<string, number> = {};
const scores: FenceScore[] = [];

function score(name: string, data: FenceData): FenceScore {
  const one = scoreFences(data);
  scores.push(one);
  const prefix = name === '' ? '' : `${name}.`;
  figures[`${prefix}stays`] = one.truths;
  figures[`${prefix}found`] = one.truths === 0 ? 1 : one.found / one.truths;
  figures[`${prefix}falseIn100Hours`] = (100 * one.falseEvents) / Math.max(one.badgeHours, 1e-9);
  figures[`${prefix}badgeHours`] = one.badgeHours;
  figures[`${prefix}flaps`] = one.flaps;
  figures[`${prefix}withdrawn`] = one.withdrawn;
  figures[`${prefix}delayP95`] = delayP95(one);
  return one;
}

const meets = (one: FenceScore) =>
  one.found >= TARGET.found * one.truths &&
  100 * one.falseEvents <= TARGET.falseIn100Hours * one.badgeHours &&
  one.flaps <= TARGET.flaps &&
  delayP95(one) <= TARGET.delayP95;

let ok = true;
try {
  if (values.data !== undefined) {
    ok = meets(score('', readFenceData(values.data)));
  } else {
    for (const [name, sigma, rate] of cells) {
      const data = generateFences({ sigma, rate, badges, minutes, seed });
      if (values.write !== undefined) write(join(values.write, name), data);
      const good = meets(score(name, data));
      ok &&= good;
      note(`${name}: ${good ? 'meets the targets' : 'misses a target'}`);
    }
  }
} catch (error) {
  if (!(error instanceof FenceDataError)) throw error;
  console.error(error.message);
  process.exit(2);
}
const stays = scores.reduce((sum, { truths }) => sum + truths, 0);
const found = scores.reduce((sum, one) => sum + one.found, 0);
tell({
  bench: 'fences',
  ok,
  figures,
  ratio: stays === 0 ? 1 : found / stays / TARGET.found,
  against: 'the share of stays to be found',
});

function write(folder: string, { fixes, truth, ...setup }: FenceData): void {
  mkdirSync(folder, { recursive: true });
  const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n');
  writeFileSync(join(folder, 'setup.json'), JSON.stringify(setup));
  writeFileSync(join(folder, 'fixes.jsonl'), lines(fixes));
  writeFileSync(join(folder, 'truth.jsonl'), lines(truth));
}
