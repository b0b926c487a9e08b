import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { averageBoxes, dropFragments, dropMergers, suppressDuplicates } from './suppress.ts';

const at = (label: string, score: number, ...box: Box) => ({ label, score, box });

describe('suppressDuplicates', () => {
  it('keeps the better of two boxes of one object, and both of two objects', () => {
    const best = at('person', 0.9, 0, 0, 10, 20);
    const double = at('person', 0.8, 1, 0, 11, 20);
    const other = at('person', 0.7, 30, 0, 40, 20);
    expect(suppressDuplicates([double, other, best], 0.5)).toEqual([best, other]);
  });

  it('works within a label: a helmet does not suppress a head', () => {
    const helmet = at('helmet', 0.6, 0, 0, 10, 10);
    const head = at('head', 0.5, 0, 0, 10, 10);
    expect(suppressDuplicates([helmet, head], 0.5)).toHaveLength(2);
  });
});

describe('averageBoxes', () => {
  it('averages the duplicates of a box by score, and keeps score and label', () => {
    const best = at('person', 0.6, 0, 0, 10, 20);
    const drawn = [best, at('person', 0.2, 2, 0, 12, 20), at('helmet', 0.5, 0, 0, 10, 20)];
    expect(averageBoxes([best], drawn, 0.5)).toEqual([at('person', 0.6, 0.5, 0, 10.5, 20)]);
  });

  it('is not moved by a neighbour, nor by a partial box', () => {
    const best = at('person', 0.6, 0, 0, 10, 20);
    const drawn = [best, at('person', 0.5, 6, 0, 16, 20), at('person', 0.5, 0, 0, 10, 10)];
    expect(averageBoxes([best], drawn, 0.5)).toEqual([best]);
  });

  it('treats boxes as two objects that a higher threshold keeps apart', () => {
    const best = at('person', 0.6, 0, 0, 10, 20);
    expect(averageBoxes([best], [best, at('person', 0.5, 1, 0, 11, 20)], 0.9)).toEqual([best]);
  });

  it('leaves a box without scored duplicates unchanged', () => {
    const nothing = at('person', 0, 0, 0, 10, 20);
    expect(averageBoxes([nothing], [nothing], 0.5)).toEqual([nothing]);
  });
});

describe('dropFragments', () => {
  const whole = at('person', 0.8, 100, 100, 140, 220);
  it('drops a box of the upper half of a detected person', () => {
    expect(dropFragments([whole, at('person', 0.6, 102, 101, 139, 160)])).toEqual([whole]);
  });
  it('keeps a smaller person behind, and a neighbour', () => {
    const behind = at('person', 0.6, 110, 90, 130, 140);
    const beside = at('person', 0.6, 125, 100, 160, 215);
    expect(dropFragments([whole, behind, beside])).toHaveLength(3);
  });
});

describe('dropMergers', () => {
  const worker = at('person', 0.7, 100, 100, 140, 220);
  it('drops a box around a worker and the machine beside them', () => {
    expect(dropMergers([worker, at('person', 0.5, 98, 60, 210, 224)])).toEqual([worker]);
  });
  it('keeps a plausible person: better, nearer, as narrow, or around a partial box only', () => {
    for (const other of [
      at('person', 0.8, 98, 60, 210, 224),
      at('person', 0.5, 60, 90, 180, 400),
      at('person', 0.5, 98, 60, 150, 224),
      at('person', 0.5, 118, 100, 220, 222),
    ]) {
      expect(dropMergers([worker, other])).toEqual([worker, other]);
    }
    // The better box shows legs only: no reason to doubt the whole.
    const legs = at('person', 0.7, 100, 160, 140, 220);
    const whole = at('person', 0.5, 80, 60, 150, 222);
    expect(dropMergers([legs, whole])).toEqual([legs, whole]);
  });
});
