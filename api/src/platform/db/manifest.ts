import type { ModuleManifest } from '../manifest.ts';

export const manifest = {
  name: 'db',
  folders: ['platform/db'],
  tables: ['tenant'],
} as const satisfies ModuleManifest;
