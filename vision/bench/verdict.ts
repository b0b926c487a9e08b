/**
 * The product's own question on labelled pictures: is this person's helmet on, and the vest?
 *
 *   npm run -s bench -- verdict --data DIR [--sets css/val,esp/val] [--model NAME|FOLDER]
 *                               [--labels labels] [--items helmet,vest] [--resamples 2000] [--seed 1]
 *                               [--condition night] [--by rule|parts|classifier] [--answers FILE]
 *
 * Sets are laid out as for `ppe`; --labels FOLDER, or SET:FOLDER for one set, reads other labels, of the
 * pictures that have them. For each labelled person the shipped rule answers worn, missing or unknown, as
 * the worker looks: full pass and close crops. A person who was not found is `notFound`. All shares have a
 * 95 % interval by bootstrap over pictures. Targets are checked in each set, and can be set by options; see
 * docs/benches.md. --condition simulates bad light, weather or compression on the pictures first. --by leaves out
 * the classifier or the parts; --answers writes what each said of each person (./verdict-answers.ts).
 *
 * Figures, for each set, with `Low` and `High` behind for the interval:
 *   SET.ITEM.rightOfKnown     right verdicts of those decided
 *   SET.ITEM.unknown          of the people found
 *   SET.ITEM.notFound         of all labelled people
 *   SET.ITEM.missingPrecision, missingRecall, wornPrecision, wornRecall
 *   SET.ITEM.people
 *   SET.helmet.missingRecallTall   recall of missing helmets of people of 50 px and more
 *   pictures, leftOut, resamples, seed
 * The last line adds `targets`, and `sets`, `sources`, `total` with all of it by height.
 */
import { parseArgs } from 'node:util';
import { benched } from '@anshi/contracts/model-digest';
import { ModelRunner } from '../src/detect/model-runner.ts';
import type { Share } from '../src/evaluate/bootstrap.ts';
import { CONDITIONS, type Condition } from '../src/evaluate/conditions.ts';
import { detectInSet } from '../src/evaluate/detect-set.ts';
import { InferenceMeter } from '../src/evaluate/inference-meter.ts';
import { judgedItems } from '../src/evaluate/judged-items.ts';
import { LabelError } from '../src/evaluate/label-error.ts';
import { VERDICT_CLASSES, type VerdictKind } from '../src/evaluate/labelled-people.ts';
import type { LabelledSet } from '../src/evaluate/labelled-set.ts';
import {
  JUDGED_BY,
  type JudgedBy,
  judgePicture,
  type PersonVerdict,
  type UnlabelledVerdict,
} from '../src/evaluate/person-verdicts.ts';
import { figuresOver, type JudgedSet, verdictReport } from '../src/evaluate/verdict-report.ts';
import { checkTargets } from '../src/evaluate/verdict-targets.ts';
import { readSets, refuse, runOrRefuse, setOptions, showProgress } from './labelled-sets.ts';
import { machineFacts, rounded } from './ppe-parts.ts';
import { answersFile } from './verdict-answers.ts';
import { reportLines, targetLines } from './verdict-lines.ts';

const kinds = Object.keys(VERDICT_CLASSES) as VerdictKind[];

const options = {
  ...setOptions,
  items: { type: 'string', default: kinds.join(',') },
  condition: { type: 'string' },
  by: { type: 'string', default: 'rule' },
  answers: { type: 'string' },
  resamples: { type: 'string', default: '2000' },
  seed: { type: 'string', default: '1' },
  'helmet-right': { type: 'string', default: '0.97' },
  'helmet-unknown': { type: 'string', default: '0.15' },
  'vest-right': { type: 'string', default: '0.95' },
  'vest-unknown': { type: 'string', default: '0.2' },
  'missing-helmet': { type: 'string', default: '0.8' },
} as const;

function readArguments() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

const values = readArguments();

function shareOption(name: keyof typeof options): number {
  const share = Number(values[name]);
  if (!(share >= 0 && share <= 1) || values[name]?.trim() === '') {
    refuse(`--${name} must be a share from 0 to 1, not "${values[name]}"`);
  }
  return share;
}

function wholeOption(name: 'resamples' | 'seed', least: number, most: number): number {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < least || number > most) {
    refuse(`--${name} must be a whole number from ${least} to ${most}, not "${values[name]}"`);
  }
  return number;
}

function askedItems(): VerdictKind[] {
  const asked = values.items.split(',').map((item) => item.trim());
  const wrong = asked.find((item) => !kinds.includes(item as VerdictKind));
  if (wrong !== undefined) refuse(`--items: "${wrong}" is none of ${kinds.join(', ')}`);
  return kinds.filter((kind) => asked.includes(kind));
}

function askedCondition(): Condition | undefined {
  const asked = values.condition;
  if (asked === undefined) return undefined;
  const found = CONDITIONS.find((one) => one === asked);
  return found ?? refuse(`--condition: "${asked}" is none of ${CONDITIONS.join(', ')}`);
}

function askedBy(): JudgedBy {
  const found = JUDGED_BY.find((one) => one === values.by);
  return found ?? refuse(`--by: "${values.by}" is none of ${JUDGED_BY.join(', ')}`);
}

/** Figures without nesting: the value, and the interval behind it. */
function flatShares(prefix: string, shares: Readonly<Record<string, Share>>) {
  const figures: Record<string, number> = {};
  for (const [name, { value, low, high }] of Object.entries(shares)) {
    if (value !== null) figures[`${prefix}.${name}`] = value;
    if (low !== null) figures[`${prefix}.${name}Low`] = low;
    if (high !== null) figures[`${prefix}.${name}High`] = high;
  }
  return figures;
}

/** How often the rule said what of detections that match no labelled person. */
function countOthers(others: readonly UnlabelledVerdict[], items: readonly VerdictKind[]) {
  const of = (kind: VerdictKind, said: UnlabelledVerdict['said']) =>
    others.filter((one) => one.kind === kind && one.said === said).length;
  return Object.fromEntries(
    items.map((kind) => [
      kind,
      { worn: of(kind, 'worn'), missing: of(kind, 'missing'), unknown: of(kind, 'unknown') },
    ]),
  );
}

/** Counts the helmet verdicts of people whose labels have headwear other than a helmet; null where there are none. */
function countHeadwear(verdicts: readonly PersonVerdict[]) {
  const people = verdicts.filter(({ hasHeadwear }) => hasHeadwear);
  if (people.length === 0) return null;
  const of = (said: PersonVerdict['said']) => people.filter((one) => one.said === said).length;
  return {
    people: people.length,
    worn: of('worn'),
    missing: of('missing'),
    unknown: of('unknown'),
    notFound: of('notFound'),
  };
}

/**
 * @throws LabelError where an item has no labelled person with it or none without it: its boxes lie on no
 *   person, and one answer for all would be right.
 */
function refuseOneSided(
  set: LabelledSet,
  items: readonly VerdictKind[],
  verdicts: readonly PersonVerdict[],
): void {
  for (const item of items) {
    for (const state of ['worn', 'missing'] as const) {
      if (verdicts.some(({ kind, labelled }) => kind === item && labelled === state)) continue;
      throw new LabelError(
        `${set.labels}: no labelled person of ${set.name} has the ${item} ${state}: its boxes lie on no ` +
          `person; mend the labels, or leave "${item}" out of --items`,
      );
    }
  }
}

await runOrRefuse(async () => {
  const limits = {
    right: { helmet: shareOption('helmet-right'), vest: shareOption('vest-right') },
    unknown: { helmet: shareOption('helmet-unknown'), vest: shareOption('vest-unknown') },
    missingHelmet: shareOption('missing-helmet'),
  };
  const resamples = wholeOption('resamples', 100, 100_000);
  const seed = wholeOption('seed', 0, 0xffffffff);
  const asked = askedItems();
  const condition = askedCondition();
  const by = askedBy();
  const written = values.answers === undefined ? undefined : answersFile(values.answers);
  const { card, sets } = await readSets(values);
  if (by === 'classifier' && !card.verdict) refuse(`--by classifier: ${values.model} has none`);
  const items = sets.map((set) => judgedItems(set, asked));
  const meter = new InferenceMeter();
  const runner = await ModelRunner.load(card, meter.gate);
  const judged: JudgedSet[] = [];
  const withoutLabel: Record<string, unknown> = {};
  const headwear: Record<string, ReturnType<typeof countHeadwear>> = {};
  for (const [at, set] of sets.entries()) {
    const { regions } = await detectInSet(card, runner, meter, set, showProgress(set), condition);
    const answers = regions.map((picture) => judgePicture(card, picture, items[at]!, by));
    written?.add(card, set.name, regions, items[at]!);
    const verdicts = answers.flatMap(({ labelled }) => labelled);
    refuseOneSided(set, items[at]!, verdicts);
    headwear[set.name] = countHeadwear(verdicts);
    judged.push({ name: set.name, pictures: regions, verdicts });
    const others = answers.flatMap((answer) => answer.others);
    withoutLabel[set.name] = countOthers(others, items[at]!);
  }
  const figuresOf = figuresOver(judged, resamples, seed);
  const report = verdictReport(judged, figuresOf);
  const targets = checkTargets(judged, figuresOf, limits);
  for (const line of [...reportLines(report), ...targetLines(targets)]) console.log(line);
  const ok = targets.length > 0 && targets.every(({ holds }) => holds);
  console.log(
    JSON.stringify(
      rounded({
        bench: 'verdict',
        ok,
        figures: figuresOfRun(),
        ratio: Math.min(...targets.map(({ ratio }) => ratio)),
        against:
          'the targets of each set: right of those decided, unknown of those found, missing helmets found',
        model: benched(card),
        machine: machineFacts(),
        condition: condition ?? null,
        by,
        targets,
        withoutLabel,
        headwear,
        ...report,
      }),
    ),
  );
  process.exitCode = ok ? 0 : 1;

  function figuresOfRun(): Record<string, number> {
    const figures: Record<string, number> = {};
    for (const [set, byItem] of Object.entries(report.sets)) {
      for (const [item, { byHeight: _, labelled: __, people, ...shares }] of Object.entries(
        byItem,
      )) {
        Object.assign(figures, flatShares(`${set}.${item}`, shares), {
          [`${set}.${item}.people`]: people,
        });
      }
    }
    for (const one of targets.filter(({ target }) => target === 'missingRecall')) {
      Object.assign(figures, flatShares(`${one.set}.${one.item}`, { missingRecallTall: one }));
    }
    const pictures = sets.reduce((sum, set) => sum + set.pictures.length, 0);
    const leftOut = sets.reduce((sum, set) => sum + set.leftOut, 0);
    return { ...figures, pictures, leftOut, resamples, seed };
  }
});
