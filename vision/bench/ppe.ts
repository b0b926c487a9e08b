/**
 * Accuracy of the shipped PPE detector on labelled pictures, your own or a public set's.
 *
 *   npm run -s bench -- ppe --data DIR [--sets css/val,esp/val] [--iou 0.5] [--model NAME|FOLDER]
 *                           [--labels labels] [--gallery FILE.html] [--worst 20]
 *
 * DIR/SET/images has the pictures, DIR/SET/labels their labels in YOLO's layout; DIR/dataset.json (or
 * a classes.txt or data.yaml) says what the class ids mean. docs/manual/en/models.md explains it.
 * --labels FOLDER, or SET:FOLDER for one set, reads other labels, of the pictures that have them.
 *
 * Each picture is scored with the full pass alone, and with the crops of the region pass as in the
 * worker. Average precision is all-point interpolated, without a cap on boxes and with scores from
 * 0.001. Targets, in every set, with crops: mean average precision over the labelled classes >= 0.70;
 * where at least 20 people are 60 to 100 px high and 20 above 150 px, verdicts on the small ones are
 * right for at least 0.8 of the share of the tall ones, and say no oftener that what is worn is missing.
 *
 * The last line adds `sets`: all figures of each set (`regions`: with crops; `full`: without), and
 * `machine`. Figures, for each set:
 *   SET.map, SET.map50To95        mean average precision, with crops
 *   SET.fullMap                   the same as `map`, full pass alone
 *   SET.ap.CLASS                  of one class
 *   SET.recall.CLASS, SET.precision.CLASS   at the card's `trust`
 *   SET.rightOfKnown.KIND, SET.unknown.KIND  verdicts on helmet and vest, single pictures
 *   SET.smallRecall.KIND          share of right verdicts, 60 to 100 px over above 150 px
 *   SET.smallPeople.KIND, SET.tallPeople.KIND   of whom it says something
 *   SET.smallChecked.KIND         1 where there are 20 in both ranges; 0: the target was not checked
 *   SET.smallFalseMissing.KIND, SET.tallFalseMissing.KIND  wearers of whom the verdict is `missing`
 *   fullInferMs, lookInferMs      one `session.run` on one thread (full pass, crop), median
 *   fullInferCpuMs, lookInferCpuMs   the same in CPU time, which other processes do not affect
 *   pictureMs                     whole detect stage of a picture with its crops, median
 *   pictures, looks (crops), iou
 */
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { benched } from '@anshi/contracts/model-digest';
import { ModelRunner } from '../src/detect/model-runner.ts';
import { detectInSet } from '../src/evaluate/detect-set.ts';
import { galleryPage } from '../src/evaluate/gallery/page.ts';
import { InferenceMeter, type InferenceTime } from '../src/evaluate/inference-meter.ts';
import { findMistakes, type Mistake } from '../src/evaluate/mistakes.ts';
import { scoreSet } from '../src/evaluate/score-set.ts';
import type { SmallAgainstTall } from '../src/evaluate/verdict-heights.ts';
import { readSets, refuse, runOrRefuse, setOptions, showProgress } from './labelled-sets.ts';
import { machineFacts, median, rounded, wherever } from './ppe-parts.ts';

const TARGET = 0.7;
/** Share of right verdicts on small people, over that on tall ones. */
const SMALL_TARGET = 0.8;
/** With fewer people in a range nothing is said of it. */
const FEWEST_PEOPLE = 20;
/** Boxes with a lower score have no visible effect on average precision. */
const SCORE_FLOOR = 0.001;

const options = {
  ...setOptions,
  iou: { type: 'string', default: '0.5' },
  gallery: { type: 'string' },
  worst: { type: 'string', default: '20' },
} as const;

function readArguments() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

/** Whether there are enough small and tall people to say something. */
const isEnough = ({ small, tall }: SmallAgainstTall['people']): boolean =>
  Math.min(small, tall) >= FEWEST_PEOPLE;

function holdsForSmall({ people, recallRatio, falseMissing }: SmallAgainstTall): boolean {
  if (!isEnough(people)) return true;
  const { small, tall } = falseMissing;
  const noMore = small === null || tall === null || small <= tall;
  return recallRatio !== null && recallRatio >= SMALL_TARGET && noMore;
}

/** Checks before the long part that the page can be written. */
function placeFor(path: string): string {
  const file = wherever(path);
  try {
    mkdirSync(dirname(file), { recursive: true });
    closeSync(openSync(file, 'a'));
    return file;
  } catch (error) {
    return refuse(`--gallery ${path} cannot be written: ${(error as Error).message}`);
  }
}

async function run(): Promise<void> {
  const values = readArguments();
  const iou = Number(values.iou);
  if (!(iou > 0 && iou <= 1)) {
    refuse(`--iou must be above 0 and at most 1, not "${values.iou}"`);
  }
  const worst = Number(values.worst);
  if (!Number.isInteger(worst) || worst < 1) {
    refuse(`--worst must be a whole number above 0, not "${values.worst}"`);
  }
  const gallery = values.gallery === undefined ? undefined : placeFor(values.gallery);
  const { card, sets } = await readSets(values);
  const meter = new InferenceMeter();
  const runner = await ModelRunner.load(card, meter.gate, { scoreFloor: SCORE_FLOOR });
  const figures: Record<string, number> = {};
  const reports: Record<string, unknown> = {};
  const mistakes: Mistake[] = [];
  const maps: number[] = [];
  const holds: boolean[] = [];
  const fullTimes: InferenceTime[] = [];
  const cropTimes: InferenceTime[] = [];
  const pictureMs: number[] = [];
  let crops = 0;
  let pictures = 0;
  for (const set of sets) {
    const seen = await detectInSet(card, runner, meter, set, showProgress(set));
    const full = scoreSet(card, seen.full, set.classes, iou).score;
    const { score, verdicts } = scoreSet(card, seen.regions, set.classes, iou);
    maps.push(score.map ?? 0);
    crops += seen.crops;
    pictures += seen.full.length;
    fullTimes.push(...seen.fullTimes);
    cropTimes.push(...seen.cropTimes);
    pictureMs.push(...seen.pictureMs);
    const smallHold = Object.values(score.smallAgainstTall).every(holdsForSmall);
    holds.push((score.map ?? 0) >= TARGET && smallHold);
    reports[set.name] = {
      pictures: seen.full.length,
      leftOut: set.leftOut,
      classes: set.classes,
      looks: seen.crops,
      ok: holds.at(-1),
      smallHold,
      regions: score,
      full,
    };
    const tell = (key: string, value: number | null) => {
      if (value !== null) figures[`${set.name}.${key}`] = value;
    };
    tell('map', score.map);
    tell('map50To95', score.map50To95);
    tell('fullMap', full.map);
    for (const [label, one] of Object.entries(score.classes)) {
      tell(`ap.${label}`, one.ap);
      tell(`recall.${label}`, one.recall);
      tell(`precision.${label}`, one.precision);
    }
    for (const [kind, table] of Object.entries(score.verdicts)) {
      tell(`rightOfKnown.${kind}`, table.rightOfKnown);
      tell(`unknown.${kind}`, table.unknown);
    }
    for (const [kind, one] of Object.entries(score.smallAgainstTall)) {
      tell(`smallRecall.${kind}`, one.recallRatio);
      const { small, tall } = one.people;
      tell(`smallPeople.${kind}`, small);
      tell(`tallPeople.${kind}`, tall);
      tell(`smallChecked.${kind}`, isEnough(one.people) ? 1 : 0);
      if (!isEnough(one.people)) {
        process.stderr.write(
          `${set.name}: the target for small people is not checked for ${kind}: ${small} of 60 to 100 px and ${tall} above 150 px, ${FEWEST_PEOPLE} of each are needed\n`,
        );
      }
      tell(`smallFalseMissing.${kind}`, one.falseMissing.small);
      tell(`tallFalseMissing.${kind}`, one.falseMissing.tall);
    }
    if (gallery !== undefined) {
      mistakes.push(
        ...findMistakes(card, set, seen.regions, verdicts, { atIou: iou, most: worst }),
      );
    }
  }
  if (gallery !== undefined) {
    writeFileSync(gallery, await galleryPage(mistakes, { model: card, iou, pictures }));
    process.stderr.write(`the worst mistakes: ${gallery}\n`);
  }
  for (const [name, times] of [
    ['fullInfer', fullTimes],
    ['lookInfer', cropTimes],
  ] as const) {
    if (times.length === 0) continue;
    figures[`${name}Ms`] = median(times.map(({ wall }) => wall));
    figures[`${name}CpuMs`] = median(times.map(({ cpu }) => cpu));
  }
  figures.pictureMs = median(pictureMs);
  Object.assign(figures, { pictures, looks: crops, iou });
  const ok = holds.every(Boolean);
  const against =
    `mean average precision of ${TARGET} at IoU ${iou} in every set; all-point interpolation, ` +
    'the classes that the set labels, with the full pass and the crops of the worker; verdicts on ' +
    `people of 60 to 100 px right for ${SMALL_TARGET} of the share above 150 px, false missing not more`;
  const model = benched(card);
  console.log(
    JSON.stringify(
      rounded({
        bench: 'ppe',
        ok,
        figures,
        ratio: Math.min(...maps) / TARGET,
        against,
        model,
        machine: machineFacts(),
        sets: reports,
      }),
    ),
  );
  process.exitCode = ok ? 0 : 1;
}

await runOrRefuse(run);
