import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'clip-orders',
  partOf: 'violations',
  tables: ['clip_order'],
} as const satisfies ModuleManifest;
