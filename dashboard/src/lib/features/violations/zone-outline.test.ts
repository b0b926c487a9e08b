import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Camera } from '$lib/api/types.ts';
import { plant } from '$lib/plant/plant.svelte.ts';
import { zoneIn } from './zone-outline.ts';

const camera = {
  id: 'gate',
  picture: [1280, 720],
  zones: [
    {
      id: 'pit',
      polygon: [
        [0, 0],
        [640, 0],
        [640, 360],
      ],
    },
  ],
} as unknown as Camera;
beforeEach(() => {
  plant.cameras = [camera];
});
afterEach(() => {
  plant.cameras = [];
});

const of = (part: object) => ({
  subject: 'zone' as const,
  camera: 'gate',
  zone: 'pit',
  ...part,
});

it('gives the outline of a zone or a machine in pixels of the snapshot', () => {
  const size = { width: 640, height: 360 };
  const outline = [
    [0, 0],
    [320, 0],
    [320, 180],
  ];
  expect(zoneIn(of({}), size, 'Lone work')).toEqual({ label: 'Lone work', outline });
  expect(zoneIn(of({ subject: 'machine' }), size, 'x')).toMatchObject({ outline });
});

it('gives none for a person, and for a camera or zone that is gone', () => {
  const size = { width: 640, height: 360 };
  for (const part of [{ subject: 'person' }, { camera: 'yard' }, { zone: 'hall' }]) {
    expect(zoneIn(of(part), size, 'x')).toBeNull();
  }
});
