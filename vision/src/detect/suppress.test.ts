import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { averageDrawings, dropFragments, dropMergers, suppressDoubles } from './suppress.ts';

const at = (label: string, score: number, ...box: Box) => ({ label, score, box });

describe('suppressDoubles', () => {
  it('keeps the better of two drawings of one thing, and both of two things', () => {
    const best = at('person', 0.9, 0, 0, 10, 20);
    const double = at('person', 0.8, 1, 0, 11, 20);
    const other = at('person', 0.7, 30, 0, 40, 20);
    expect(suppressDoubles([double, other, best], 0.5)).toEqual([best, other]);
  });

  it('works within a label: a helmet on a head hides nothing', () => {
    const helmet = at('helmet', 0.6, 0, 0, 10, 10);
    const head = at('head', 0.5, 0, 0, 10, 10);
    expect(suppressDoubles([helmet, head], 0.5)).toHaveLength(2);
  });
});

describe('averageDrawings', () => {
  it('puts a box where its drawings put it, by their scores, and leaves score and label', () => {
    const best = at('person', 0.6, 0, 0, 10, 20);
    const drawn = [best, at('person', 0.2, 2, 0, 12, 20), at('helmet', 0.5, 0, 0, 10, 20)];
    expect(averageDrawings([best], drawn, 0.5)).toEqual([at('person', 0.6, 0.5, 0, 10.5, 20)]);
  });

  it('is not moved by somebody beside, nor by half of the same', () => {
    const best = at('person', 0.6, 0, 0, 10, 20);
    const drawn = [best, at('person', 0.5, 6, 0, 16, 20), at('person', 0.5, 0, 0, 10, 10)];
    expect(averageDrawings([best], drawn, 0.5)).toEqual([best]);
  });

  it('takes what a higher threshold keeps apart for two things', () => {
    const best = at('person', 0.6, 0, 0, 10, 20);
    expect(averageDrawings([best], [best, at('person', 0.5, 1, 0, 11, 20)], 0.9)).toEqual([best]);
  });

  it('leaves a box that nothing scores as it is', () => {
    const nothing = at('person', 0, 0, 0, 10, 20);
    expect(averageDrawings([nothing], [nothing], 0.5)).toEqual([nothing]);
  });
});

describe('dropFragments', () => {
  const whole = at('person', 0.8, 100, 100, 140, 220);
  it('drops the upper half of somebody already drawn', () => {
    expect(dropFragments([whole, at('person', 0.6, 102, 101, 139, 160)])).toEqual([whole]);
  });
  it('keeps somebody smaller behind, and somebody beside', () => {
    const behind = at('person', 0.6, 110, 90, 130, 140);
    const beside = at('person', 0.6, 125, 100, 160, 215);
    expect(dropFragments([whole, behind, beside])).toHaveLength(3);
  });
});

describe('dropMergers', () => {
  const worker = at('person', 0.7, 100, 100, 140, 220);
  it('drops the box around a worker and the machine beside them', () => {
    expect(dropMergers([worker, at('person', 0.5, 98, 60, 210, 224)])).toEqual([worker]);
  });
  it('keeps whoever may be a person: better, nearer, as narrow, or holding only half of one', () => {
    for (const other of [
      at('person', 0.8, 98, 60, 210, 224),
      at('person', 0.5, 60, 90, 180, 400),
      at('person', 0.5, 98, 60, 150, 224),
      at('person', 0.5, 118, 100, 220, 222),
    ]) {
      expect(dropMergers([worker, other])).toEqual([worker, other]);
    }
    // The better box is somebody's legs: no reason to doubt the whole.
    const legs = at('person', 0.7, 100, 160, 140, 220);
    const whole = at('person', 0.5, 80, 60, 150, 222);
    expect(dropMergers([legs, whole])).toEqual([legs, whole]);
  });
});
