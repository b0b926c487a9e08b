import type { ModuleManifest } from '../manifest.ts';

export const manifest = {
  name: 'disks',
  folders: ['platform/disks'],
  problems: {
    'disk.full': [
      507,
      'The disk is full',
      'Nothing of this was kept. An administrator has to free space, the page Cameras shows where; then send it again.',
    ],
    'database.full': [
      507,
      'The disk of the database is full',
      'Nothing was changed; what is stored can be read. An administrator has to free space on the disk of the database; then it can be changed again by itself.',
    ],
  },
} as const satisfies ModuleManifest;
