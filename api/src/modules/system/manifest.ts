import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'system',
  permissions: {
    'system:read': { zh: '查看系统状态', en: 'See the state of the system', undivided: true },
    'system:security': {
      zh: '查看安全自检',
      en: 'See the security report',
      undivided: true,
    },
  },
  grants: {
    manager: ['system:read@all'],
    'safety-officer': ['system:read@all'],
    'safety-head': ['system:read@all', 'system:security@all'],
    maintainer: ['system:read@all'],
    'help-desk': ['system:read@all'],
    'vendor-support': ['system:read@all'],
    'key-custodian': ['system:read@all'],
    'privacy-officer': ['system:read@all'],
    auditor: ['system:read@all', 'system:security@all'],
    operator: ['system:read@all'],
    admin: ['system:read@all', 'system:security@all'],
  },
  noticeKinds: {
    'system.problem': {
      zh: '磁盘空间不足',
      en: 'A disk has no room',
      channels: 'usual',
      link: '/cameras',
    },
  },
} as const satisfies ModuleManifest;
