import { describe, expect, it } from 'vitest';
import type { VerdictKind } from './labelled-people.ts';
import type { PersonVerdict } from './person-verdicts.ts';
import type { SeenPicture } from './seen-picture.ts';
import { figuresOver, type JudgedSet, verdictReport } from './verdict-report.ts';
import type { Labelled, Said } from './verdict-table.ts';
import { checkTargets } from './verdict-targets.ts';

const picture = (id: string): SeenPicture => ({
  id,
  file: `/nowhere/${id}.jpg`,
  width: 640,
  height: 640,
  labels: [],
  found: [],
  cropped: [],
});

/** A set whose pictures each have these people: label, verdict, height. */
function set(
  name: string,
  pictures: number,
  people: readonly (readonly [Labelled, Said, number])[],
  kind: VerdictKind = 'helmet',
): JudgedSet {
  const all = Array.from({ length: pictures }, (_, i) => picture(`${name}-${i}`));
  const verdicts = all.flatMap((one) =>
    people.map(
      ([labelled, said, height]): PersonVerdict => ({
        picture: one,
        kind,
        labelled,
        said,
        person: [0, 0, 50, height],
        seenAs: null,
        hasHeadwear: false,
        answer: undefined,
      }),
    ),
  );
  return { name, pictures: all, verdicts };
}

const sets = [
  set('css/val', 10, [
    ['worn', 'worn', 300],
    ['worn', 'missing', 300],
    ['missing', 'missing', 120],
    ['missing', 'notFound', 49],
  ]),
  set('css/test', 5, [['missing', 'unknown', 80]]),
  set('esp/val', 10, [['missing', 'missing', 300]], 'vest'),
];
const figuresOf = figuresOver(sets, 200, 1);
const limits = {
  right: { helmet: 0.97, vest: 0.95 },
  unknown: { helmet: 0.15, vest: 0.2 },
  missingHelmet: 0.8,
};

describe('verdictReport', () => {
  const report = verdictReport(sets, figuresOf);

  it('counts by set, source and item, and leaves out what is not labelled', () => {
    expect(report.sets['css/val']!.helmet!.people).toBe(40);
    expect(report.sources.css!.helmet!.people).toBe(45);
    expect(report.total.helmet!.labelled.missing).toEqual({
      worn: 0,
      missing: 10,
      unknown: 5,
      notFound: 10,
    });
    expect(report.sources.css!.vest).toBeUndefined();
    expect(report.sources.esp!.helmet).toBeUndefined();
    expect(report.total.vest!.missingRecall).toMatchObject({ value: 1, of: 10 });
  });

  it('counts pictures that are given with two kinds of labels once, and shows both', () => {
    const twice = [sets[2]!, { ...sets[2]!, name: 'esp/val:labels_wholehead' }];
    const both = verdictReport(twice, figuresOver(twice, 200, 1));
    expect(Object.keys(both.sets)).toEqual(['esp/val', 'esp/val:labels_wholehead']);
    expect(both.sources.esp!.vest!.people).toBe(10);
    expect(both.total.vest!.people).toBe(10);
  });

  it('has precision and recall of missing and of worn, by height', () => {
    const { helmet } = report.sets['css/val']!;
    expect(helmet!.rightOfKnown.value).toBeCloseTo(2 / 3);
    expect(helmet!.notFound.value).toBe(0.25);
    expect(helmet!.missingPrecision.value).toBe(0.5);
    expect(helmet!.missingRecall.value).toBe(0.5);
    expect(helmet!.wornPrecision).toMatchObject({ value: 1, of: 10 });
    expect(helmet!.wornRecall.value).toBe(0.5);
    const at = (from: number) => helmet!.byHeight.find((one) => one.from === from)!;
    expect(helmet!.byHeight.map(({ from }) => from)).toEqual([0, 25, 50, 100, 200]);
    expect(at(25).notFound).toMatchObject({ value: 1, of: 10 });
    expect(at(100).rightOfKnown.value).toBe(1);
    expect(at(200).missingPrecision).toMatchObject({ value: 0, of: 10 });
    expect(at(50)).toMatchObject({ people: 0, unknown: { value: null } });
  });
});

describe('checkTargets', () => {
  const targets = checkTargets(sets, figuresOf, limits);
  const find = (name: string, target: string) =>
    targets.find((one) => one.set === name && one.target === target)!;

  it('asks each set for each item that it labels, with value and interval', () => {
    expect(targets.map(({ set: name, item, target }) => `${name} ${item} ${target}`)).toEqual([
      'css/val helmet rightOfKnown',
      'css/val helmet unknown',
      'css/val helmet missingRecall',
      'css/test helmet rightOfKnown',
      'css/test helmet unknown',
      'css/test helmet missingRecall',
      'esp/val vest rightOfKnown',
      'esp/val vest unknown',
    ]);
    expect(find('css/val', 'rightOfKnown')).toMatchObject({ bound: 'least', holds: false });
    expect(find('css/val', 'unknown')).toMatchObject({ bound: 'most', value: 0, holds: true });
    expect(find('esp/val', 'rightOfKnown')).toMatchObject({ value: 1, high: 1, holds: true });
    expect(find('esp/val', 'rightOfKnown').low).toBeLessThan(0.95);
  });

  it('asks for missing helmets of people of 50 px and more only', () => {
    expect(find('css/val', 'missingRecall')).toMatchObject({ value: 1, of: 10, holds: true });
    expect(find('css/test', 'missingRecall')).toMatchObject({ value: 0, holds: false, ratio: 0 });
  });

  it('holds for nothing where nothing was decided, and goes by the limits that are given', () => {
    expect(find('css/test', 'rightOfKnown')).toMatchObject({ value: null, holds: false, ratio: 0 });
    expect(find('css/test', 'unknown').ratio).toBeCloseTo(0.15);
    const plant = { ...limits, right: { ...limits.right, helmet: 0.6 } };
    const [first] = checkTargets(sets, figuresOf, plant);
    expect(first).toMatchObject({ limit: 0.6, holds: true });
    expect(first!.ratio).toBeGreaterThan(1);
  });
});
