import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { givenLabels } from './review/given-labels.ts';
import type { SentDecision } from './review/in-page.ts';
import {
  agreementWithLabels,
  type ReviewFigures,
  reviewMisses,
  scoreDecisions,
} from './review/review-score.ts';
import { steps } from './review/reviewer.ts';
import { within } from './within.ts';

const sent = (
  incident: string,
  decision: string,
  status: SentDecision['status'] = 200,
): SentDecision => ({ incident, decision, status, inOutage: false });

describe('decisions against what is on record', () => {
  it('are neither lost nor doubled where each is on record once, also those that were taken back', () => {
    const score = scoreDecisions(
      [sent('a', 'confirm'), sent('b', 'dismiss'), sent('b', 'reopen'), sent('b', 'confirm')],
      new Map([
        ['a', ['confirm']],
        ['b', ['dismiss', 'reopen', 'confirm']],
      ]),
      0,
    );
    expect(score).toMatchObject({ taken: 4, lost: 0, doubled: 0, takenUnanswered: 0 });
  });

  it('are lost where one that was acknowledged is not on record', () => {
    const score = scoreDecisions([sent('a', 'confirm')], new Map(), 0);
    expect(score).toMatchObject({ taken: 1, lost: 1 });
    expect(score.notes[0]).toContain('not on record');
  });

  it('are lost where one failed and the page did not say so', () => {
    const failed = [sent('a', 'confirm', 0), sent('b', 'confirm', 503)];
    expect(scoreDecisions(failed, new Map(), 2)).toMatchObject({ lost: 0 });
    expect(scoreDecisions(failed, new Map(), 1)).toMatchObject({ lost: 1 });
  });

  it('are doubled where one is on record twice, or one that was refused', () => {
    const twice = new Map([['a', ['confirm', 'confirm']]]);
    expect(scoreDecisions([sent('a', 'confirm')], twice, 0)).toMatchObject({ lost: 0, doubled: 1 });
    const refused = scoreDecisions([sent('a', 'confirm', 409)], new Map([['a', ['confirm']]]), 1);
    expect(refused).toMatchObject({ doubled: 1 });
  });

  it('may be on record without an answer, where the API died after the commit', () => {
    const once = new Map([['a', ['confirm']]]);
    expect(scoreDecisions([sent('a', 'confirm', 0)], once, 1)).toMatchObject({
      lost: 0,
      doubled: 0,
      takenUnanswered: 1,
    });
    // Sent again after the page said that it failed: a version that was decided on is refused.
    const again = [sent('a', 'confirm', 0), sent('a', 'confirm', 409)];
    expect(scoreDecisions(again, once, 2)).toMatchObject({ lost: 0, doubled: 0 });
  });
});

describe('the agreement with the labels of the clips', () => {
  const labels = new Map([
    ['a', true],
    ['b', false],
    ['c', true],
    ['d', false],
  ]);
  const right = [
    sent('a', 'confirm'),
    sent('b', 'dismiss'),
    sent('c', 'confirm'),
    sent('d', 'dismiss'),
  ];
  const agreed = (given: readonly SentDecision[]) =>
    agreementWithLabels(given, (incident) => labels.get(incident));

  it('is whole where each verdict is what its picture says, also one that was taken back', () => {
    const all = [...right, sent('a', 'reopen'), sent('a', 'confirm')];
    expect(agreed(all)).toMatchObject({ pairs: 5, raw: 1, kappa: 1 });
  });

  it('falls with a verdict that was given on the picture of another record', () => {
    const { pairs, raw, kappa } = agreed([...right.slice(0, 3), sent('d', 'confirm')]);
    expect({ pairs, raw, kappa }).toEqual({ pairs: 4, raw: 0.75, kappa: 0.5 });
  });

  it('leaves out what had no picture, no label, or was refused', () => {
    const others: SentDecision[] = [
      { ...sent('b', 'confirm'), inOutage: true },
      sent('b', 'confirm', 409),
      sent('unknown', 'confirm'),
    ];
    expect(agreed([...right, ...others]).pairs).toBe(4);
  });
});

describe('the targets of a review', () => {
  const run: ReviewFigures = {
    decisionsPerMinute: 60,
    pictureP95Ms: 150,
    pictures: 100,
    withoutPicture: 0,
    changedByItself: 0,
    layoutShift: 0,
    lost: 0,
    doubled: 0,
    arrivedShare: 0.9,
    sentInOutage: 1,
    labelKappa: 1,
    labelled: 20,
  };
  const targets = { perMinute: 60, pictureP95Ms: 150, agreement: 1 };

  it('are met at their limits, and each of them can be missed', () => {
    expect(reviewMisses(run, targets)).toEqual([]);
    const worse: Partial<ReviewFigures>[] = [
      { decisionsPerMinute: 59.9 },
      { pictureP95Ms: 151 },
      { pictures: 0, pictureP95Ms: 0 },
      { withoutPicture: 1 },
      { changedByItself: 1 },
      { layoutShift: 0.001 },
      { lost: 1 },
      { doubled: 1 },
      { arrivedShare: 0.8 },
      { sentInOutage: 0 },
      { labelKappa: 0.99 },
      { labelled: 19 },
    ];
    for (const one of worse)
      expect(reviewMisses({ ...run, ...one }, targets), JSON.stringify(one)).toHaveLength(1);
  });
});

it('a seed gives the same steps again, most of them decisions', () => {
  const first = (seed: string) => {
    const made = steps(seed);
    return Array.from({ length: 200 }, () => made.next().value);
  };
  expect(first('1')).toEqual(first('1'));
  expect(first('1')).not.toEqual(first('2'));
  const decisions = first('1').filter(({ step }) => step === 'decide');
  expect(decisions.length).toBeGreaterThan(160);
});

describe('a wait with a limit', () => {
  it('ends with what is waited for where it takes too long, and with its result otherwise', async () => {
    await expect(within(5, 'the clip is shown', new Promise(() => {}))).rejects.toThrow(
      'the clip is shown: not within 0.005 s',
    );
    expect(await within(1_000, 'it', Promise.resolve('done'))).toBe('done');
    await expect(within(1_000, 'it', Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    );
  });
});

describe('labelled clips of another source', () => {
  const folder = mkdtempSync(join(tmpdir(), 'anshi-labels-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const truth = (list: unknown) => writeFileSync(join(folder, 'truth.json'), JSON.stringify(list));

  it('are read with their labels', () => {
    for (const name of ['a.mp4', 'b.mp4']) writeFileSync(join(folder, name), '');
    truth([
      { file: 'a.mp4', violation: true },
      { file: 'b.mp4', violation: false },
    ]);
    expect(givenLabels(folder)).toEqual([
      { file: join(folder, 'a.mp4'), isViolation: true, from: 0 },
      { file: join(folder, 'b.mp4'), isViolation: false, from: 0 },
    ]);
  });

  it('are refused where one is missing, outside of the folder or without a label, and where all have one', () => {
    const good = { file: 'a.mp4', violation: true };
    truth([good, { file: 'c.mp4', violation: false }]);
    expect(() => givenLabels(folder)).toThrow('1.file: c.mp4 is no file of the folder');
    truth([good, { file: '../a.mp4', violation: false }]);
    expect(() => givenLabels(folder)).toThrow('1.file: ../a.mp4 is no file of the folder');
    truth([good, { file: 'b.mp4' }]);
    expect(() => givenLabels(folder)).toThrow('1.violation');
    truth([good, good]);
    expect(() => givenLabels(folder)).toThrow('all clips have one label');
    expect(() => givenLabels(join(folder, 'nothing'))).toThrow('truth.json is not there');
  });
});
