import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { loadPpeCard } from '../detect/model-card.ts';
import { findMistakes } from './mistakes.ts';
import { scoreSet } from './score-set.ts';
import type { SeenPicture } from './seen-picture.ts';

const card = loadPpeCard(join(import.meta.dirname, '../../../models/ppe'));
const classes = ['person', 'helmet', 'head'];
const labelled = (label: string, ...box: Box) => ({ label, box });
const found = (label: string, score: number, ...box: Box) => ({ label, score, box });

/**
 * Three people 400, 120 and 400 high: a helmet that is detected, a bare head that is missed, and a
 * person.
 */
const picture: SeenPicture = {
  id: 'a',
  file: '/nowhere/a.jpg',
  width: 1000,
  height: 600,
  labels: [
    labelled('person', 100, 100, 250, 500),
    labelled('helmet', 150, 100, 200, 150),
    labelled('person', 400, 100, 440, 220),
    labelled('head', 412, 102, 428, 120),
    labelled('person', 700, 100, 850, 500),
    labelled('head', 750, 100, 800, 160),
  ],
  found: [
    found('person', 0.9, 100, 100, 250, 500),
    found('helmet', 0.8, 150, 100, 200, 150),
    found('person', 0.8, 700, 100, 850, 500),
    // The last one's bare head is detected as a helmet.
    found('helmet', 0.7, 750, 100, 800, 155),
    found('helmet', 0.2, 900, 300, 950, 350),
    found('person', 0.01, 400, 100, 440, 220),
  ],
  cropped: [],
};
const { score, verdicts } = scoreSet(card, [picture], classes, 0.5);

describe('scoreSet', () => {
  it('scores each class over all scores, and counts boxes above the threshold', () => {
    expect(score.classes.person).toMatchObject({ ap: 1, labelled: 3, found: 2, right: 2 });
    expect(score.classes.person!.recall).toBeCloseTo(2 / 3);
    expect(score.classes.helmet).toMatchObject({ ap: 1, labelled: 1, found: 2, right: 1 });
    expect(score.classes.helmet!.precision).toBe(0.5);
    expect(score.classes.head).toMatchObject({ ap: 0, recall: 0, precision: null });
    expect(score.map).toBeCloseTo(2 / 3);
    expect(score.map50To95).toBeCloseTo(2 / 3);
  });

  it('counts people and their parts by height', () => {
    const bin = (from: number) => score.byPersonHeight.find((one) => one.from === from)!.classes;
    expect(bin(320).person).toMatchObject({ labelled: 2, found: 2, recall: 1 });
    expect(bin(80).person).toMatchObject({ labelled: 1, found: 0, recall: 0 });
    expect(bin(320).helmet).toMatchObject({ labelled: 1, found: 2, right: 1, precision: 0.5 });
    expect(bin(80).head).toMatchObject({ labelled: 1, recall: 0 });
    expect(score.byPersonHeight.at(-1)!.to).toBe(null);
  });

  it('compares the verdict on each person with the labels', () => {
    expect(score.verdicts.helmet!.labelled).toEqual({
      worn: { worn: 1, missing: 0, unknown: 0, notFound: 0 },
      missing: { worn: 1, missing: 0, unknown: 0, notFound: 1 },
    });
    expect(score.verdicts.vest).toBeUndefined();
  });

  it('leaves out heights and verdicts where people are not labelled', () => {
    const { score: parts } = scoreSet(card, [picture], ['helmet'], 0.5);
    expect(parts.byPersonHeight).toEqual([]);
    expect(parts.verdicts).toEqual({});
    expect(parts.map).toBe(1);
  });
});

describe('findMistakes', () => {
  const set = { name: 'own/val', classes };
  const mistakes = findMistakes(card, set, [picture], verdicts, { atIou: 0.5, most: 10 });
  const of = (kind: string) => mistakes.filter((one) => one.kind === kind);

  it('lists missed objects, the largest first, with their best score', () => {
    expect(of('missed').map(({ label }) => label)).toEqual(['person', 'head', 'head']);
    expect(of('missed')[0]).toMatchObject({ bestScore: 0.01 });
    expect(of('missed')[1]!.box).toEqual([750, 100, 800, 160]);
  });

  it('lists false alarms with the label at their place', () => {
    const [alarm, ...others] = of('false-alarm');
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({ label: 'helmet', score: 0.7, instead: { label: 'head' } });
  });

  it('lists people with a wrong verdict, not those without one', () => {
    expect(of('wrong-verdict')).toHaveLength(1);
    expect(of('wrong-verdict')[0]).toMatchObject({ labelled: 'missing', said: 'worn' });
  });

  it('limits the number per kind and class', () => {
    const one = findMistakes(card, set, [picture], verdicts, { atIou: 0.5, most: 1 });
    expect(one.filter((m) => m.kind === 'missed' && m.label === 'head')).toHaveLength(1);
  });
});
