/**
 * Recall of small heads, with the region pass and without.
 *
 *   npm run -s bench -- region --data DIR [--sets css/val,esp/val] [--heights 8,10,12,16,24] [--limit N]
 *
 * DIR is laid out as for `bench ppe`. Each picture is scaled down so that its typical helmet (then
 * its typical bare head) has the given height in pixels, and placed on grey in a frame of 1280x720;
 * the shipped model then detects in it. Counted are labels whose own height is within a quarter of
 * the wanted one, and detections at or above the shipped `trust`.
 * Target: recall of helmets of 12 px with the region pass >= 0.75 at IoU 0.3.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Box } from '@anshi/contracts';
import { loadPpeCard } from '../src/detect/model-card.ts';
import { ModelRunner } from '../src/detect/model-runner.ts';
import { readLabelledSet } from '../src/evaluate/labelled-set.ts';
import { matchFound } from '../src/evaluate/matching.ts';
import type { FrameDetections } from '../src/frame.ts';
import { type FarFrame, FarPicture } from './region-frames.ts';

const TARGET = 0.75;
const TARGET_HEIGHT = 12;
const LABELS = ['helmet', 'head'] as const;
const IOUS = [0.3, 0.5] as const;
/** A label counts for a height if its own is between this share of it and the inverse. */
const BAND = 0.8;
/** Higher than the number of people in any frame. */
const EVERYONE = 1000;

const root = join(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    sets: { type: 'string', default: 'css/val,esp/val' },
    heights: { type: 'string', default: '8,10,12,16,24' },
    limit: { type: 'string', default: '0' },
    model: { type: 'string', default: join(root, 'models/ppe') },
  },
});
if (!values.data) {
  console.error('--data is missing: the folder of labelled pictures (docs/benches.md says how)');
  process.exit(2);
}
const heights = values.heights.split(',').map(Number);
if (heights.some((height) => !(height >= 4 && height <= 200))) {
  console.error(`--heights must be pixels from 4 to 200 with commas, not "${values.heights}"`);
  process.exit(2);
}
const limit = Number(values.limit) || Number.POSITIVE_INFINITY;

/** Counts for one class at one height in one mode. */
interface Count {
  labelled: number;
  /** Labels of people who got a crop. */
  cropped: number;
  /** Labels found, and detections that were correct, for each IoU. */
  found: number[];
  drawn: number;
  right: number[];
}

const WAYS = ['region', 'oneFrame', 'full'] as const;
type Way = (typeof WAYS)[number];
const card = loadPpeCard(values.model);
const runner = await ModelRunner.load(card, (work) => work());
const counts = new Map<string, Count>();
const countOf = (way: Way, label: string, height: number): Count => {
  const key = `${way} ${label} ${height}`;
  let count = counts.get(key);
  if (!count) {
    count = { labelled: 0, cropped: 0, found: [0, 0], drawn: 0, right: [0, 0] };
    counts.set(key, count);
  }
  return count;
};

function score(
  count: Count,
  label: string,
  height: number,
  frame: FarFrame,
  { detections, cropped = [] }: Pick<FrameDetections, 'detections' | 'cropped'>,
) {
  const truths = frame.labels.filter((one) => one.label === label).map(({ box }) => box);
  const drawn = detections.filter(
    (one) => one.label === label && one.score >= card.thresholds[label]!.trust,
  );
  const counted = truths.map(([, top, , bottom]) => {
    const share = (bottom - top) / height;
    return share >= BAND && share <= 1 / BAND;
  });
  count.labelled += counted.filter(Boolean).length;
  count.cropped += truths.filter(
    (truth, i) => counted[i] && cropped.some((person) => isOnTop(truth, person)),
  ).length;
  count.drawn += drawn.length;
  IOUS.forEach((atIou, i) => {
    const taken = matchFound(drawn, truths, atIou);
    for (const truth of taken) {
      if (truth === null) continue;
      count.right[i]!++;
      if (counted[truth]) count.found[i]!++;
    }
  });
}

/** Whether a head lies in the head area of a person's box. */
function isOnTop([left, top, right, bottom]: Box, person: Box): boolean {
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const tall = person[3] - person[1];
  return (
    x >= person[0] && x <= person[2] && y >= person[1] - 0.1 * tall && y <= person[1] + 0.5 * tall
  );
}

/** Milliseconds of each frame, with the region pass within its budget, and without. */
const times: Record<Way, number[]> = { region: [], oneFrame: [], full: [] };
let frames = 0;
let crops = 0;
let budgetedCrops = 0;
for (const name of values.sets.split(',')) {
  const set = readLabelledSet(values.data, name, LABELS);
  for (const picture of set.pictures.slice(0, limit)) {
    const labels = set.classes.filter((label) => picture.labels.some((one) => one.label === label));
    if (labels.length === 0) continue;
    const far = await FarPicture.read(picture);
    for (const height of heights) {
      for (const label of labels) {
        const frame = await far.frame(label, height);
        if (!frame) continue;
        frames++;
        for (const way of WAYS) {
          const begin = performance.now();
          const found = await runner.detect(frame.picture, 0, {
            ...(way === 'region' && {
              regionBudget: EVERYONE,
              regionPixels: 1e9,
              search: 'all' as const,
            }),
            ...(way === 'full' && { regionBudget: 0 }),
          });
          times[way].push(performance.now() - begin);
          if (way === 'region') crops += found.regions;
          if (way === 'oneFrame') budgetedCrops += found.regions;
          score(countOf(way, label, height), label, height, frame, found);
        }
      }
    }
  }
}

const median = (numbers: number[]) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;
const round = (value: number, digits = 3) => Number(value.toFixed(digits));
const share = (part: number, whole: number) => round(part / Math.max(1, whole));
const figures: Record<string, number> = {};
for (const height of heights) {
  for (const label of LABELS) {
    for (const way of WAYS) {
      const { labelled, cropped, found, drawn, right } = countOf(way, label, height);
      const name = { region: '', oneFrame: 'OneFrame', full: 'Full' }[way];
      if (way === 'region') {
        figures[`${label}${height}Labelled`] = labelled;
        figures[`${label}${height}Looked`] = share(cropped, labelled);
      }
      IOUS.forEach((atIou, i) => {
        if (way === 'oneFrame' && atIou !== IOUS[0]) return;
        const at = atIou === IOUS[0] ? '' : 'At50';
        figures[`${label}${height}Recall${name}${at}`] = share(found[i]!, labelled);
        if (way === 'oneFrame') return;
        figures[`${label}${height}Precision${name}${at}`] = share(right[i]!, drawn);
      });
    }
  }
}
figures.frames = frames;
figures.looksPerFrame = round(crops / Math.max(1, frames), 2);
figures.looksPerFrameInBudget = round(budgetedCrops / Math.max(1, frames), 2);
figures.msFull = round(median(times.full), 1);
figures.msInBudget = round(median(times.oneFrame), 1);
const reached = figures[`helmet${TARGET_HEIGHT}Recall`] ?? 0;
console.error(
  ['px', ...WAYS.flatMap((way) => LABELS.map((label) => `${label} ${way}`))].join('\t'),
);
for (const height of heights) {
  const cells = WAYS.flatMap((way) =>
    LABELS.map((label) => {
      const { labelled, found, right, drawn } = countOf(way, label, height);
      return `r ${share(found[0]!, labelled)} (${share(found[1]!, labelled)}) p ${share(right[0]!, drawn)}`;
    }),
  );
  console.error([height, ...cells].join('\t'));
}
const ok = reached >= TARGET;
console.log(
  JSON.stringify({
    bench: 'region',
    ok,
    figures,
    ratio: round(reached / TARGET),
    against: `recall ${TARGET} of helmets of ${TARGET_HEIGHT} px at IoU ${IOUS[0]}, with the region pass`,
  }),
);
process.exitCode = ok ? 0 : 1;
