import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'operators',
  // It looks at the sessions of machines.
  partOf: 'gates',
  feature: 'gates',
  tables: ['operator_episode'],
} as const satisfies ModuleManifest;
