import { describe, expect, it } from 'vitest';
import { judgedItems } from './judged-items.ts';
import { LabelError } from './label-error.ts';
import type { LabelledSet } from './labelled-set.ts';

/** A set of pictures with these classes. */
function set(classes: readonly string[], ...pictures: readonly string[][]): LabelledSet {
  return {
    name: 'own/val',
    labels: '/data/own/val/labels',
    classes,
    leftOut: 0,
    pictures: pictures.map((labels, i) => ({
      id: `${i}`,
      file: `/data/own/val/images/${i}.jpg`,
      labelFile: `/data/own/val/labels/${i}.txt`,
      labels: labels.map((label) => ({ label, box: [0, 0, 1, 1] })),
    })),
  };
}

const both = ['helmet', 'vest'] as const;

function refused(of: LabelledSet, asked: readonly ('helmet' | 'vest')[] = both): string {
  try {
    judgedItems(of, asked);
  } catch (error) {
    expect(error).toBeInstanceOf(LabelError);
    return (error as Error).message;
  }
  throw new Error('the set was taken');
}

describe('judgedItems', () => {
  it('is what the set labels in both states, and is asked for', () => {
    const classes = ['person', 'helmet', 'head', 'vest', 'no_vest'];
    const all = set(classes, ['person', 'helmet', 'vest'], ['person', 'head', 'no_vest']);
    expect(judgedItems(all, both)).toEqual(['helmet', 'vest']);
    expect(judgedItems(all, ['vest'])).toEqual(['vest']);
    expect(
      judgedItems(set(['person', 'helmet', 'head'], ['person', 'helmet', 'head']), both),
    ).toEqual(['helmet']);
  });

  it('refuses a set with one state of an item only, and names the first file and the way out', () => {
    const helmets = set(['person', 'helmet', 'head'], ['person'], ['person', 'helmet']);
    expect(refused(helmets)).toMatch(
      /^\/data\/own\/val\/labels\/1\.txt: of helmet and head own\/val labels helmet alone.*add pictures with head, or leave "helmet" out of --items/,
    );
    const vests = ['person', 'helmet', 'head', 'no_vest'];
    const one = set(vests, ['person', 'helmet', 'head', 'no_vest']);
    expect(refused(one)).toContain('labels no_vest alone');
    expect(judgedItems(one, ['helmet'])).toEqual(['helmet']);
    expect(refused(set(['person', 'helmet', 'head'], ['person']))).toContain('labels none');
  });

  it('refuses a set without people, and one without the items', () => {
    expect(refused(set(['helmet', 'head'], ['helmet', 'head']))).toContain('labels no people');
    expect(refused(set(['person', 'helmet', 'head'], ['helmet', 'head']))).toContain(
      'labels no people',
    );
    expect(refused(set(['person'], ['person']))).toMatch(
      /labels none of helmet, head, vest, no_vest/,
    );
  });
});
