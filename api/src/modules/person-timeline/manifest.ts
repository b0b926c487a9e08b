import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'person-timeline',
  feature: 'people',
  problems: {
    'timeline.kind-unknown': [400, 'There is no such kind of event', 'Take those of kinds.'],
  },
  fields: {
    day: ['只有日期，没有时刻。', 'Only the day counts, not the hour.'],
    tone: ['显示时的色调。', 'How it is coloured.'],
  },
} as const satisfies ModuleManifest;
