import type { CameraConfig } from '@anshi/contracts';
import { expect, it } from 'vitest';
import { camerasAt } from './coverage.ts';

const name = (id: string) => ({ zh: id, en: id });
const camera = (id: string, more: object = {}) =>
  ({
    id,
    name: name(id),
    enabled: true,
    picture: [100, 100],
    zones: [],
    rules: [],
    ...more,
  }) as unknown as CameraConfig;
/** A zone that covers a square in the corner of the picture. */
const square = (side: number) => [
  [0, 0],
  [side, 0],
  [side, side],
  [0, side],
];
const cell = { id: 'cell', name: name('cell'), area: 'robot-cell', polygon: square(20) };

it('names first the zone of a rule on the machine, then zones of its area, each camera once', () => {
  const watches = {
    kind: 'unattended-machine',
    zone: 'place',
    whileMachine: { machine: 'robot-1' },
  };
  const place = { id: 'place', name: name('place'), polygon: square(10) };
  const cameras = [
    camera('by-area', { zones: [cell] }),
    camera('by-rule', { zones: [cell, place], rules: [watches] }),
    camera('elsewhere', { zones: [{ ...cell, area: 'store' }] }),
    camera('off', { zones: [cell], enabled: false }),
  ];
  expect(camerasAt(cameras, 'robot-1', 'robot-cell')).toEqual([
    { camera: 'by-rule', cameraName: name('by-rule'), zone: 'place', zoneName: name('place') },
    { camera: 'by-area', cameraName: name('by-area'), zone: 'cell', zoneName: name('cell') },
  ]);
  expect(camerasAt(cameras, 'press-1', null)).toEqual([]);
});

it('names of two cameras with a zone of its area the one first that sees it larger', () => {
  const cameras = [
    camera('far', { zones: [cell], picture: [1000, 1000] }),
    camera('near', { zones: [cell] }),
  ];
  expect(camerasAt(cameras, 'robot-1', 'robot-cell').map((one) => one.camera)).toEqual([
    'near',
    'far',
  ]);
});
