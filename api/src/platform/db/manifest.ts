import type { ModuleManifest } from '../manifest.ts';

export const manifest = {
  name: 'db',
  folders: ['platform/db', 'modules/tenants'],
  audit: { entities: { tenant: { zh: '企业', en: 'company' } } },
  tables: ['tenant'],
  published: ['tenant'],
} as const satisfies ModuleManifest;
