import { type DeviceKind, parseDeviceSecret } from '@anshi/contracts/device-secret';
import { systemCaller } from '../../platform/access/caller.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { kept } from './rows.ts';

/**
 * Enters a credential whose secret is known to the caller: that of a device of the demonstration. One of a name that ever
 * had a credential is not entered again, so that a revocation stays.
 *
 * @throws Error where the secret has another shape.
 */
export function enterKnown(
  { units, tenant }: { units: Units; tenant: string },
  { kind, name, secret }: { kind: DeviceKind; name: string; secret: string },
): Promise<void> {
  const parsed = parseDeviceSecret(secret);
  if (!parsed) throw new Error(`the secret of ${kind} ${name} is no device secret`);
  const { keyId, text } = parsed;
  return units.run(systemCaller(tenant), async (unit) => {
    if ((await unit.tx.deviceCredential.count({ where: { kind, name } })) > 0) return;
    const id = newId();
    const { count } = await unit.tx.deviceCredential.createMany({
      data: [{ tenantId: tenant, id, kind, name, ...kept(keyId, text), origin: 'settings' }],
      // Processes that start at the same time.
      skipDuplicates: true,
    });
    if (count === 0) return;
    const after = { kind, name, keyId };
    await unit.audit({ action: 'create', entity: 'device-credential', id, after });
  });
}
