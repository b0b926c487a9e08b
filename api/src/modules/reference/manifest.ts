import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'reference',
} as const satisfies ModuleManifest;
