import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { type PpeItem, readEquipment } from './equipment.ts';

const ITEMS: PpeItem[] = [
  { item: 'helmet', worn: 'helmet', missing: 'head', place: 'head' },
  { item: 'vest', worn: 'vest', missing: 'no_vest', place: 'torso' },
];
const trust = (label: string) => (label === 'person' ? 0.4 : 0.3);
const WORKER: Box = [100, 100, 150, 250];
const part = (label: string, score: number, ...box: Box) => ({ label, score, box });
const onHead: Box = [115, 100, 135, 120];
const onTorso: Box = [103, 125, 147, 185];
const read = (...parts: ReturnType<typeof part>[]) =>
  readEquipment([WORKER], parts, ITEMS, trust)[0]!;

describe('readEquipment', () => {
  it('compares a helmet with a bare head, and a vest with a torso without one', () => {
    expect(read(part('helmet', 0.7, ...onHead), part('head', 0.3, ...onHead)).helmet).toBe('worn');
    expect(read(part('helmet', 0.3, ...onHead), part('head', 0.7, ...onHead)).helmet).toBe(
      'missing',
    );
    expect(read(part('vest', 0.8, ...onTorso), part('no_vest', 0.5, ...onTorso)).vest).toBe('worn');
    expect(read(part('no_vest', 0.8, ...onTorso)).vest).toBe('missing');
  });

  it('is unknown without detections, with low scores, or with a contradiction', () => {
    expect(read()).toEqual({ helmet: 'unknown', vest: 'unknown' });
    expect(read(part('head', 0.2, ...onHead)).helmet).toBe('unknown');
    expect(read(part('helmet', 0.55, ...onHead), part('head', 0.5, ...onHead)).helmet).toBe(
      'unknown',
    );
  });

  it('ignores a helmet in the hand and a vest on the floor', () => {
    expect(read(part('helmet', 0.9, 90, 170, 110, 190)).helmet).toBe('unknown');
    expect(read(part('vest', 0.9, 100, 235, 150, 270)).vest).toBe('unknown');
  });

  it('reads an item that has one label only: it is never the other', () => {
    const gloves: PpeItem = { item: 'gloves', worn: 'gloves', missing: null, place: 'hands' };
    const mask: PpeItem = { item: 'mask', worn: null, missing: 'no_mask', place: 'head' };
    const found = [part('gloves', 0.8, 100, 170, 112, 185), part('no_mask', 0.8, ...onHead)];
    expect(readEquipment([WORKER], found, [gloves, mask], trust)).toEqual([
      { gloves: 'worn', mask: 'missing' },
    ]);
    expect(readEquipment([WORKER], [], [gloves, mask], trust)).toEqual([
      { gloves: 'unknown', mask: 'unknown' },
    ]);
  });

  it('assigns a part to the one person that it fits best', () => {
    const behind: Box = [125, 80, 170, 220];
    const helmet = part('helmet', 0.8, 138, 80, 156, 97);
    const head = part('head', 0.6, ...onHead);
    const [front, back] = readEquipment([WORKER, behind], [helmet, head], ITEMS, trust);
    expect(front!.helmet).toBe('missing');
    expect(back!.helmet).toBe('worn');
  });
});
