import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'machines',
  facts: true,
  feature: 'positioning',
  permissions: { 'machine:read': { zh: '查看设备状态', en: 'See the state of machines' } },
  grants: {
    head: ['machine:read@department'],
    manager: ['machine:read@all'],
    'safety-officer': ['machine:read@all'],
    'safety-head': ['machine:read@all'],
    inspector: ['machine:read@all'],
    maintainer: ['machine:read@all'],
    warehouse: ['machine:read@department'],
    production: ['machine:read@department'],
    operator: ['machine:read@all'],
  },
  data: {
    catalogue: [
      {
        entity: 'machine-state',
        name: { zh: '设备状态', en: 'Machine state' },
        table: 'machine_state',
        key: 'machine',
        api: '/api/v1/machines',
        policy: null,
        source: 'machine',
        changed: 'at',
        references: ['equipment'],
      },
    ],
  },
  tables: ['machine_state', 'machine_stretch'],
  // Sessions of operation follow them.
  published: ['machine_state', 'machine_stretch'],
} as const satisfies ModuleManifest;
