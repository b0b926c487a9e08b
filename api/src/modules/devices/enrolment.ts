import { matchesDeviceSecret, parseDeviceSecret } from '@anshi/contracts/device-secret';
import type { z } from 'zod';
import type { DeviceCaller, RequestOrigin } from '../../platform/access/devices.ts';
import { holdersOf } from '../../platform/access/holders.ts';
import type { Database } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { keysOfWorker } from './evidence-keys.ts';
import { newLiveKey } from './live-keys.ts';
import type { Refusals } from './refusals.ts';
import { type CredentialRow, deviceCaller, inForce, kept } from './rows.ts';
import type { enrolInput, workerSelf } from './schema.ts';
import type { Tries } from './tries.ts';

export type Enrolment = ReturnType<typeof createEnrolment>;

/** How workers come to credentials of their own without a person, and what they must know of themselves. */
export function createEnrolment(options: {
  database: Database;
  units: Units;
  notices: Notices;
  refusals: Refusals;
  tries: Tries;
  sealed: Sealed;
  tenant: string;
}) {
  const { database, units, notices, refusals, tries, sealed, tenant } = options;

  /** @returns the existing row of the name: an active one before a revoked one. */
  const before = async ({ tx }: Unit, name: string): Promise<CredentialRow | null> =>
    (await inForce(tx, 'worker', name)) ??
    tx.deviceCredential.findFirst({ where: { kind: 'worker', name } });

  /** Also by a secret before a rotation: a request could not tell which of the two it shows. */
  const isKeyTaken = async ({ tx }: Unit, keyId: string): Promise<boolean> =>
    (await tx.deviceCredential.count({ where: { OR: [{ keyId }, { oldKeyId: keyId }] } })) > 0;

  async function tell(unit: Unit, id: string, worker: string, from: RequestOrigin): Promise<void> {
    await notices.notify(unit, {
      to: await holdersOf(unit.tx, 'device:manage'),
      kind: 'device.enrolled',
      severity: 'info',
      title: { zh: `分析进程 ${worker} 已登记`, en: `The worker ${worker} enrolled` },
      body: {
        zh: `来自 ${from.address}。它已有自己的凭据；若不是本厂的分析进程，请吊销。`,
        en: `From ${from.address}. It has a credential of its own now; revoke it if it is none of yours.`,
      },
      link: noticeLink('device.enrolled', id),
      subject: { entity: 'device-credential', id },
    });
  }

  return {
    /**
     * Registers the secret that a worker generated. A name that ever had a credential cannot enrol
     * again, so that the shared token is not enough to impersonate a worker.
     *
     * @returns false where it was enrolled with this very secret before.
     * @throws Problem `device.enrolled-before`, `device.key-taken`, and `device.too-many`: an address enrols
     *   few workers, whether they are new or not.
     */
    async enrol(input: z.infer<typeof enrolInput>, from: RequestOrigin): Promise<boolean> {
      const { worker, secret } = input;
      const parsed = parseDeviceSecret(secret);
      if (!parsed) throw new Problem('request.invalid');
      const { keyId, text } = parsed;
      await tries.check(from.address);
      await tries.count(from.address);
      const done = await units.run(deviceCaller(tenant, from), async (unit) => {
        const [found, isTaken] = [await before(unit, worker), await isKeyTaken(unit, keyId)];
        if (found) return found;
        if (isTaken) return 'key-taken';
        const id = newId();
        const live = await newLiveKey(unit.tx, sealed, { tenant, id, keyId });
        const { count } = await unit.tx.deviceCredential.createMany({
          data: [
            {
              tenantId: tenant,
              id,
              kind: 'worker',
              name: worker,
              ...kept(keyId, text),
              ...live,
              origin: 'enrolled',
            },
          ],
          skipDuplicates: true,
        });
        // Another process enrolled it, or took the key id, this moment.
        if (count === 0) return (await before(unit, worker)) ?? 'key-taken';
        const after = { kind: 'worker', name: worker, keyId, address: from.address };
        await unit.audit({ action: 'enrol', entity: 'device-credential', id, after });
        await tell(unit, id, worker, from);
        return null;
      });
      if (!done) return true;
      if (done === 'key-taken') {
        await refusals.enrolment(from, worker);
        throw new Problem('device.key-taken');
      }
      if (!done.revokedAt && matchesDeviceSecret(text, done.salt, done.hash)) return false;
      await refusals.known(done, 'enrolment', from);
      throw new Problem('device.enrolled-before');
    },

    /** What the worker that asks must know: its keys, and the time. */
    self: (device: DeviceCaller): Promise<z.infer<typeof workerSelf>> =>
      database.transaction({ tenant, user: null }, async (tx) => {
        const row = await tx.deviceCredential.findFirst({ where: { id: device.credential } });
        const { liveKeyId: id, livePublicKey: publicKey, name = '' } = row ?? {};
        return {
          worker: name,
          evidenceKeys: await keysOfWorker(tx, name),
          liveKeys: id && publicKey ? [{ id, publicKey }] : [],
          // Last, so that the time of the queries is not taken for an error of the clock.
          time: new Date().toISOString(),
        };
      }),
  };
}
