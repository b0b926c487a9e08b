import type { ModuleManifest } from '../manifest.ts';

export const manifest = {
  name: 'access',
  partOf: 'users',
  folders: ['platform/access'],
  permissions: { 'statistics:read': { zh: '查看统计', en: 'See statistics' } },
  grants: {
    head: ['statistics:read@department'],
    manager: ['statistics:read@all'],
    'safety-officer': ['statistics:read@all'],
    'safety-head': ['statistics:read@all'],
    production: ['statistics:read@department'],
    environment: ['statistics:read@department'],
  },
} as const satisfies ModuleManifest;
