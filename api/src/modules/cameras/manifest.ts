import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  // No feature: sites and floor plans serve every module. The route of the cameras names monitoring.
  name: 'cameras',
  permissions: { 'camera:read': { zh: '查看摄像机', en: 'See cameras', undivided: true } },
  grants: {
    manager: ['camera:read@all'],
    'safety-officer': ['camera:read@all'],
    'safety-head': ['camera:read@all'],
    inspector: ['camera:read@all'],
    operator: ['camera:read@all'],
    admin: ['camera:read@all'],
  },
  problems: {
    'camera.unknown': [404, 'There is no such camera', 'Check the id against cameras.yaml.'],
    'floor-plan.unknown': [
      404,
      'There is no such floor plan picture',
      'Name an image for the floor plan in cameras.yaml and put the file beside it.',
    ],
  },
  audit: { entities: { site: { zh: '厂区', en: 'site' } } },
  data: {
    catalogue: [
      {
        entity: 'site',
        name: { zh: '厂区', en: 'Site' },
        table: 'site',
        key: 'id',
        api: '/api/v1/sites',
        policy: null,
        source: "'cameras.yaml'",
        changed: null,
        references: [],
      },
    ],
  },
  tables: ['site', 'camera_lease'],
  published: ['site'],
  liveTopics: {
    cameras: { permission: 'camera:read', feature: 'monitoring' },
    system: { permission: 'system:read' },
    'observations:': { permission: 'live:watch', feature: 'monitoring', droppable: true },
  },
} as const satisfies ModuleManifest;
