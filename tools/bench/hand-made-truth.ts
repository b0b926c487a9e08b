import type { CameraConfig } from '@anshi/contracts';
import type { TruthCamera } from './queue-truth.ts';

/* Truth made by hand, for the tests of what is scored by it. */

const name = { zh: '测', en: 'test' };
export const LOOP = 40;
const FPS = 10;

export type Walk = (t: number) => { x: number; y?: number; seen?: number } | null;
type Person = { walk: Walk; helmet?: boolean };

/** A picture of 100 pixels a metre; a person of the floor point (x, y) is 60 x 160 px. */
export function camera(id: string, people: Record<string, Person>, rules: object[]): TruthCamera {
  return {
    loop: LOOP,
    phase: 0,
    config: {
      id,
      picture: [1280, 720],
      zones: [
        {
          id: 'cell',
          name,
          kind: 'machine-cell',
          polygon: [
            [600, 0],
            [1280, 0],
            [1280, 720],
            [600, 720],
          ],
        },
        {
          id: 'hall',
          name,
          kind: 'work-area',
          polygon: [
            [0, 0],
            [1280, 0],
            [1280, 720],
            [0, 720],
          ],
        },
      ],
      lines: [{ id: 'gate', name, from: [600, 720], to: [600, 0] }],
      rules: rules as CameraConfig['rules'],
    },
    truth: {
      width: 1280,
      height: 720,
      fps: FPS,
      duration: LOOP,
      floorPlan: 'hall',
      homography: [100, 0, 0, 0, 100, 0, 0, 0, 1],
      frames: Array.from({ length: LOOP * FPS }, (_, n) => ({
        t: n / FPS,
        workers: Object.entries(people).flatMap(([worker, { walk, helmet = true }]) => {
          const at = walk(n / FPS);
          if (!at) return [];
          const { x, y = 5, seen = 1 } = at;
          return [
            {
              id: worker,
              floor: [x, y] as [number, number],
              box: boxAt(x, y),
              inFrame: seen,
              visible: seen,
              helmet,
            },
          ];
        }),
      })),
    },
  };
}

export const boxAt = (x: number, y = 5): [number, number, number, number] => [
  100 * x - 30,
  100 * y - 160,
  100 * x + 30,
  100 * y,
];
/** At one place for some seconds, else out of sight. */
export const at =
  (from: number, to: number, x: number, y = 5): Walk =>
  (t) =>
    t >= from && t <= to ? { x, y } : null;

export const ppe = {
  id: 'ppe',
  kind: 'missing-ppe',
  zone: 'hall',
  items: ['helmet'],
  severity: 'medium',
};
export const inCell = { id: 'in-cell', kind: 'zone-intrusion', zone: 'cell', severity: 'high' };
export const across = {
  id: 'across',
  kind: 'line-crossing',
  line: 'gate',
  direction: 'left-to-right',
  severity: 'low',
};
