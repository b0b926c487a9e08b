import type { ModuleManifest } from '../manifest.ts';

export const manifest = {
  name: 'backup',
  folders: ['platform/backup'],
  tables: ['backup_run'],
} as const satisfies ModuleManifest;
