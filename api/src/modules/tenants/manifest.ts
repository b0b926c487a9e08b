import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'tenants',
  audit: { entities: { tenant: { zh: '企业', en: 'company' } } },
} as const satisfies ModuleManifest;
