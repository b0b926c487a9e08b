import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { meaningOf } from './class-names.ts';
import { LabelError } from './label-error.ts';
import { labelsInPixels, readLabelledSet } from './labelled-set.ts';

const wanted = ['person', 'helmet', 'head', 'vest', 'no_vest'];
let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'anshi-labels-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(data, path)), { recursive: true });
  writeFileSync(join(data, path), text);
}

function overview(labelled: Record<string, string[]> = {}): void {
  const classes = ['person', 'helmet', 'head', 'vest', 'no_vest', 'cone', 'other_headwear'];
  write('dataset.json', JSON.stringify({ classes, labelled }));
}

/** A picture whose pixels are not read, and its labels. */
function picture(set: string, name: string, labels: string | null): void {
  write(`${set}/images/${name}.jpg`, 'not opened here');
  if (labels !== null) write(`${set}/labels/${name}.txt`, labels);
}

function refused(set: string): string {
  try {
    readLabelledSet(data, set, wanted);
  } catch (error) {
    expect(error).toBeInstanceOf(LabelError);
    return (error as Error).message;
  }
  throw new Error('the set was read');
}

describe('readLabelledSet', () => {
  it('counts the classes that dataset.json declares as labelled, and maps other headwear to head', () => {
    overview({ own: ['person', 'head', 'other_headwear', 'cone'] });
    picture('own/val', 'b', '0 0.5 0.5 0.2 0.4\n6 0.5 0.4 0.1 0.1\n3 0.1 0.1 0.1 0.1\n');
    picture('own/val', 'a', '');
    const set = readLabelledSet(data, 'own/val', wanted);
    expect(set.classes).toEqual(['person', 'head']);
    expect(set.pictures.map(({ id }) => id)).toEqual(['a', 'b']);
    const [person, head] = labelsInPixels(set.pictures[1]!.labels, 200, 100);
    expect(person!.label).toBe('person');
    for (const [i, at] of [80, 30, 120, 70].entries()) expect(person!.box[i]).toBeCloseTo(at, 6);
    expect(head).toMatchObject({ label: 'head', isHeadwear: true });
    expect(person).not.toHaveProperty('isHeadwear');
  });

  it('counts the labels present where dataset.json does not name the set', () => {
    overview({ other: ['person'] });
    picture('own/val', 'a', '1 0.5 0.5 0.2 0.2\r\n\r\n4 0.5 0.5 0.1 0.1\r\n5 0.2 0.2 0.1 0.1');
    expect(readLabelledSet(data, 'own/val', wanted).classes).toEqual(['helmet', 'no_vest']);
  });

  it('reads class names beside the set, with common synonyms', () => {
    picture('own/val', 'a', '0 0.5 0.5 0.2 0.2\n1 0.5 0.5 0.2 0.2\n2 0.4 0.4 0.1 0.1');
    write('own/val/classes.txt', 'Hardhat\nNO-Safety Vest\nforklift\n');
    expect(readLabelledSet(data, 'own/val', wanted).classes).toEqual(['helmet', 'no_vest']);
    rmSync(join(data, 'own/val/classes.txt'));
    write('own/data.yaml', 'nc: 3\nnames: [worker, NO-Hardhat, gloves]\n');
    expect(readLabelledSet(data, 'own/val', wanted).classes).toEqual(['person', 'head']);
    write('own/data.yaml', 'names:\n  0: worker\n  1: vest\n  2: x\n');
    expect(readLabelledSet(data, 'own/val', wanted).classes).toEqual(['person', 'vest']);
    expect(meaningOf('No Helmet')).toBe('head');
  });

  it('reads a polygon as its bounding box', () => {
    overview();
    picture('own/val', 'a', '0 0.2 0.3 0.6 0.3 0.6 0.9 0.4 0.95');
    const [label] = readLabelledSet(data, 'own/val', wanted).pictures[0]!.labels;
    expect(label!.box).toEqual([0.2, 0.3, 0.6, 0.95]);
  });

  it('names the missing file and the remedy', () => {
    overview();
    expect(refused('own/val')).toMatch(/own\/val\/images: there is no such folder/);
    mkdirSync(join(data, 'own/val/images'), { recursive: true });
    expect(refused('own/val')).toMatch(/images: has no picture/);
    picture('own/val', 'a', null);
    expect(refused('own/val')).toMatch(/labels\/a\.txt: cannot be read; .*an empty one/);
    picture('own/val', 'a', '\n');
    expect(refused('own/val')).toMatch(/own\/val\/labels: labels nothing that can be scored/);
  });

  it('names file and line of invalid labels', () => {
    overview();
    const why = (line: string) => {
      picture('own/val', 'a', `0 0.5 0.5 0.1 0.1\n${line}`);
      const message = refused('own/val');
      expect(message).toContain('own/val/labels/a.txt:2: ');
      return message;
    };
    expect(why('7 0.5 0.5 0.1 0.1')).toMatch(
      /class 7 is out of range: .*dataset\.json names 0 to 6/,
    );
    expect(why('0.5 0.5 0.5 0.1 0.1')).toMatch(/class 0\.5 is out of range/);
    expect(why('0 0.5 0.5 0.1')).toContain('is not "class cx cy width height"');
    expect(why('person 0.5 0.5 0.1 0.1')).toContain('is not "class cx cy width height"');
    expect(why('0 320 240 10 10')).toContain("320 is not a share of the picture's side");
    expect(why('0 0.5 0.5 0 0.1')).toContain('the box is empty');
  });

  it('refuses a box that reaches out of the picture by more than rounding', () => {
    overview();
    picture('own/val', 'a', '0 0.9021 0.5 0.2 0.2');
    expect(readLabelledSet(data, 'own/val', wanted).pictures).toHaveLength(1);
    picture('own/val', 'a', '0 0.5 0.5 0.2 0.2\n0 0.95 0.5 0.3 0.2');
    expect(refused('own/val')).toMatch(
      /labels\/a\.txt:2: the box reaches out of the picture: .* 0\.8, 0\.4, 1\.1, 0\.6 of its sides/,
    );
  });

  it('refuses a class in `labelled` that no id means', () => {
    overview({ own: ['person', 'gloves'] });
    picture('own/val', 'a', '0 0.5 0.5 0.2 0.2');
    expect(refused('own/val')).toMatch(
      /dataset\.json: labelled\.own: "gloves" is none of the classes that .*dataset\.json names/,
    );
  });

  it('reads another folder of labels, and counts the pictures that have none there', () => {
    overview();
    picture('own/val', 'a', '1 0.5 0.5 0.1 0.1');
    picture('own/val', 'b', '1 0.5 0.5 0.1 0.1');
    write('own/val/labels_wholehead/b.txt', '2 0.5 0.5 0.1 0.2');
    const set = readLabelledSet(data, 'own/val', wanted, 'labels_wholehead');
    expect(set).toMatchObject({ name: 'own/val:labels_wholehead', classes: ['head'], leftOut: 1 });
    expect(set.pictures.map(({ id }) => id)).toEqual(['b']);
    expect(readLabelledSet(data, 'own/val', wanted)).toMatchObject({ name: 'own/val', leftOut: 0 });
    expect(() => readLabelledSet(data, 'own/val', wanted, 'labels_other')).toThrow(
      /own\/val\/labels_other: there is no such folder/,
    );
  });

  it('requires the names of the ids, and reports errors in their file', () => {
    picture('own/val', 'a', '0 0.5 0.5 0.1 0.1');
    expect(refused('own/val')).toMatch(
      /nothing says what the class ids mean; write a dataset\.json/,
    );
    write('dataset.json', '{"classes": [');
    expect(refused('own/val')).toMatch(/dataset\.json: not JSON/);
    write('dataset.json', '{"names": []}');
    expect(refused('own/val')).toMatch(/dataset\.json: classes: /);
  });
});
