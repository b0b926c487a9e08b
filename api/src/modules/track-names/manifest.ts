import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'track-names',
  // It resolves handles by what the positions are published under.
  partOf: 'locations',
  feature: 'positioning',
  liveTopics: {
    'names:': { permission: 'location:read', feature: 'positioning', droppable: true },
  },
} as const satisfies ModuleManifest;
