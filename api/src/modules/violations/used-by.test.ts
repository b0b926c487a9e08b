import { expect, it } from 'vitest';
import { seedRoles } from '../../platform/access/seed-roles.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { manifests } from '../manifests.ts';

it('the register of processing names every seed role that reads violations and positions', () => {
  const policies = (manifests as readonly ModuleManifest[]).flatMap(
    ({ data }) => data?.policies ?? [],
  );
  const rights = {
    'violation-records': 'violation:read',
    'incident-records': 'violation:read',
    'violation-candidates': 'violation:review',
    'violation-evidence': 'violation:read',
    'location-history': 'location:read',
  };
  for (const [policy, right] of Object.entries(rights)) {
    const reading = seedRoles
      .filter(({ permissions }) => permissions.some((grant) => grant.startsWith(`${right}@`)))
      .map(({ id }) => id);
    const named = policies.find(({ id }) => id === policy)?.usedBy ?? [];
    expect([policy, [...named].sort()]).toEqual([policy, reading.sort()]);
  }
});
