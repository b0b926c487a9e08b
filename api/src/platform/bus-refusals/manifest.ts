import type { ModuleManifest } from '../manifest.ts';

export const manifest = {
  name: 'bus-refusals',
  folders: ['platform/bus-refusals'],
  permissions: {
    'bus:read': {
      zh: '查看消息总线上被拒绝的内容',
      en: 'See what the message bus refused',
      undivided: true,
    },
  },
  grants: { admin: ['bus:read@all'], auditor: ['bus:read@all'] },
  noticeKinds: {
    'bus.refused': {
      zh: '消息总线拒绝了消息',
      en: 'The message bus refused something',
      channels: 'usual',
      link: '/admin/bus',
    },
  },
  tables: ['bus_refusal'],
} as const satisfies ModuleManifest;
