import type { ModuleManifest } from '../manifest.ts';

export const manifest = {
  name: 'features',
  folders: ['platform/features'],
  permissions: {
    'module:manage': { zh: '启用与停用模块', en: 'Switch modules on and off', undivided: true },
  },
  grants: { admin: ['module:manage@all'] },
  problems: {
    'feature.off': [
      404,
      'This module is switched off',
      'An administrator can switch it on under modules; nothing of it was lost.',
    ],
    'feature.unknown': [404, 'There is no such module', 'GET /api/v1/features lists them.'],
    'feature.required': [409, 'A base module cannot be switched off', 'Leave it on.'],
    'feature.needs': [
      409,
      'Other modules that it needs are off',
      'Switch the modules named in needs on first.',
    ],
    'feature.needed': [
      409,
      'Other modules need it',
      'Switch the modules named in neededBy off first.',
    ],
    'preset.unknown': [404, 'There is no such preset', 'GET /api/v1/presets lists them.'],
  },
  audit: {
    entities: {
      'dictionary-entry': { zh: '字典项', en: 'entry of a dictionary' },
      feature: { zh: '模块', en: 'module' },
      preset: { zh: '行业预设', en: 'preset' },
    },
    actions: {
      'switch-on': { zh: '启用了', en: 'switched on' },
      'switch-off': { zh: '停用了', en: 'switched off' },
      apply: { zh: '套用了', en: 'applied' },
    },
  },
  tables: ['tenant_feature', 'tenant_preset', 'dictionary_entry'],
} as const satisfies ModuleManifest;
