import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'person-timeline',
  feature: 'people',
  problems: {
    'timeline.kind-unknown': [400, 'There is no such kind of event', 'Take those of kinds.'],
    'person-file.fields': [
      422,
      'The document cannot be made like this',
      'Look at errors: it names the field and what to give.',
    ],
    'person-file.too-often': [
      429,
      'Too many files of people were printed',
      'Wait for the seconds named in the header retry-after, then try again.',
    ],
  },
  fields: {
    day: ['只有日期，没有时刻。', 'Only the day counts, not the hour.'],
    tone: ['显示时的色调。', 'How it is coloured.'],
  },
} as const satisfies ModuleManifest;
