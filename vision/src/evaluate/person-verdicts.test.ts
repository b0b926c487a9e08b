import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { loadPpeCard } from '../detect/model-card.ts';
import type { LabelledBox } from './labelled-set.ts';
import { judgePicture } from './person-verdicts.ts';
import type { SeenPicture } from './seen-picture.ts';

const card = loadPpeCard(join(import.meta.dirname, '../../../models/ppe'));
const person: Box = [100, 100, 250, 500];
const bare = { worn: 0.02, missing: 0.97, unknown: 0.01 };
const unsure = { worn: 0.4, missing: 0.3, unknown: 0.3 };

/** A person with a helmet, which the detector draws; the classifier says something of them. */
const picture = (helmet: typeof bare): SeenPicture => ({
  id: 'a',
  file: '/nowhere/a.jpg',
  width: 1000,
  height: 600,
  labels: [
    { label: 'person', box: person },
    { label: 'helmet', box: [150, 100, 200, 150] },
  ],
  found: [
    { label: 'person', score: 0.9, box: person },
    { label: 'helmet', score: 0.8, box: [150, 100, 200, 150] },
  ],
  cropped: [],
  answers: [{ box: person, of: 0, items: { helmet, vest: unsure } }],
});

const said = (seen: SeenPicture, ...by: Parameters<typeof judgePicture>[3][]) =>
  by.map((way) => judgePicture(card, seen, ['helmet'], way).labelled[0]!.said);

describe('judgePicture', () => {
  it('judges by the rule, by the parts alone and by the classifier alone', () => {
    expect(said(picture(bare), undefined, 'rule', 'parts', 'classifier')).toEqual([
      'unknown',
      'unknown',
      'worn',
      'missing',
    ]);
    expect(said(picture(unsure), 'rule', 'parts', 'classifier')).toEqual([
      'worn',
      'worn',
      'unknown',
    ]);
  });

  it('tells what the classifier answered, and nothing of a person who was not found', () => {
    const [one] = judgePicture(card, picture(bare), ['helmet']).labelled;
    expect(one!.answer?.items.helmet).toEqual(bare);
    const [lost] = judgePicture(card, { ...picture(bare), found: [] }, ['helmet']).labelled;
    expect(lost).toMatchObject({ said: 'notFound', answer: undefined });
  });

  it('tells of the helmet, and of no other item, that the labels have another headwear', () => {
    const head: LabelledBox = { label: 'head', isHeadwear: true, box: [150, 100, 200, 150] };
    const capped = { ...picture(bare), labels: [{ label: 'person', box: person }, head] };
    const noVest: LabelledBox = { label: 'no_vest', box: [120, 180, 230, 300] };
    const seen: SeenPicture = { ...capped, labels: [...capped.labels, noVest] };
    const told = judgePicture(card, seen, ['helmet', 'vest']).labelled;
    expect(told.map(({ kind, hasHeadwear }) => [kind, hasHeadwear])).toEqual([
      ['helmet', true],
      ['vest', false],
    ]);
  });
});
