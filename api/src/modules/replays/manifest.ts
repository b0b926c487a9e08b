import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'replays',
  feature: 'monitoring',
  problems: {
    'replay.unavailable': [
      503,
      'The worker of the camera cannot be asked now',
      'The observations are on its disk. See the health of the camera, and try again when its worker is online.',
    ],
    'replay.busy': [
      409,
      'Another replay runs on that worker',
      'Try again when it is done; one takes up to five minutes.',
    ],
    'replay.refused': [
      502,
      'The worker refused the replay',
      'See detail, and the log of the worker.',
    ],
    'replay.unknown': [
      404,
      'There is no such replay',
      'Its worker was started again, or it is older than ten minutes: ask for it again.',
    ],
    'replay.time': [
      422,
      'This time cannot be replayed',
      'Take a begin before the end, within 24 hours.',
    ],
  },
  fields: {
    span: ['重放最近多长时间的观测记录。', 'How much of the recorded observations is replayed.'],
  },
} as const satisfies ModuleManifest;
