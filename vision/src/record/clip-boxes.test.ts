import { clipBoxes } from '@anshi/contracts';
import { expect, test } from 'vitest';
import { findings } from '../testing/findings.ts';
import { ObservationBuffer } from './clip-boxes.ts';
import { snapshotBoxes } from './events.ts';

const { observation } = findings([]);
const T = 1_700_000_000_000;

test('boxes of a clip are in seconds from its start, people with their track', () => {
  const buffer = new ObservationBuffer(60);
  for (let i = 0; i < 50; i++) buffer.add(T + i * 200, observation);
  const boxes = clipBoxes.parse(buffer.boxes(T + 1000, T + 3000, ['a-1']));
  expect(boxes.frames.map(({ t }) => t)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2]);
  expect(boxes.frames[0]!.boxes.map(({ label, track }) => [label, track])).toEqual([
    ['person', 'a-1'],
    ['head', null],
  ]);
});

test('the clip of a zone has its outline', () => {
  const buffer = new ObservationBuffer(60);
  for (let i = 0; i < 10; i++) buffer.add(T + i * 200, observation);
  const outline: [number, number][] = [
    [0, 0],
    [10, 0],
    [10, 10],
  ];
  const boxes = clipBoxes.parse(buffer.boxes(T, T + 1000, [], outline));
  expect(boxes).toMatchObject({ tracks: [], outline });
  expect(clipBoxes.parse(buffer.boxes(T, T + 1000, ['a-1']))).not.toHaveProperty('outline');
});

test('periods without observations have no boxes; old observations are dropped', () => {
  const buffer = new ObservationBuffer(10);
  expect(buffer.boxes(T, T + 1000, ['a-1'])).toBeNull();
  for (let i = 0; i < 200; i++) buffer.add(T + i * 200, observation);
  expect(buffer.boxes(T, T + 5000, ['a-1'])).toBeNull();
  expect(buffer.boxes(T + 31_000, T + 32_000, ['a-1'])).not.toBeNull();
});

test('boxes on a snapshot are in its own pixels', () => {
  const boxes = snapshotBoxes(observation, { width: 128, height: 144 });
  expect(boxes[0]!.box).toEqual([20, 30, 60, 120]);
});

test('after a clock was set back, no later observation is kept for ever', () => {
  const buffer = new ObservationBuffer(10);
  for (let i = 0; i < 50; i++) buffer.add(T + 3_600_000 + i * 200, observation);
  for (let i = 0; i < 50; i++) buffer.add(T + i * 200, observation);
  expect(buffer.boxes(T + 3_600_000, T + 3_700_000, ['a-1'])).toBeNull();
  expect(buffer.boxes(T, T + 10_000, ['a-1'])?.frames).toHaveLength(50);
  // A repeated frame is not a new one.
  buffer.add(T + 5000, observation);
  expect(buffer.boxes(T, T + 10_000, ['a-1'])?.frames).toHaveLength(50);
});
