import { matchesDeviceSecret, parseDeviceSecret } from '@anshi/contracts/device-secret';
import { Prisma } from '../../generated/prisma/client.ts';
import type {
  DeviceCaller,
  DeviceVerifier,
  RequestOrigin,
  ShownSecret,
} from '../../platform/access/devices.ts';
import { type Database, readOnce } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { Refusal, Refusals } from './refusals.ts';
import { type CredentialRow, deviceCaller, kindOf } from './rows.ts';
import { endSharedToken, type SharedToken } from './shared-token.ts';
import type { Tries } from './tries.ts';

/** The last use is noted this often at most. */
const NOTED_EVERY_MS = 60_000;

/** Stands for the credential that a key id has none of: no secret has this hash. */
const nobody = { salt: '0'.repeat(32), hash: '0'.repeat(64) };

type VerifiedRow = Pick<
  CredentialRow,
  | 'id'
  | 'kind'
  | 'name'
  | 'speaksFor'
  | 'salt'
  | 'hash'
  | 'oldKeyId'
  | 'oldSalt'
  | 'oldHash'
  | 'oldUntil'
  | 'oldUsedAt'
  | 'revokedAt'
  | 'expiresAt'
  | 'firstUsedAt'
  | 'lastUsedAt'
>;

/** A credential that was shown with its right secret. */
interface Found {
  row: VerifiedRow;
  /** It is the secret from before the last rotation. */
  isOld: boolean;
}

/** Messages for people at the device; the holder of the secret may see why it is not valid. */
const reasons = {
  revoked: 'The credential was revoked. Make a new one at /admin/devices.',
  expired: 'The credential has ended. Make a new one at /admin/devices.',
  'old-secret': 'The secret was rotated, and the time for the old one is over. Set the new one.',
} as const;

/**
 * Looks credentials up in the database at each request, so that a revocation counts at once in every
 * process.
 */
export function createVerifier(options: {
  database: Database;
  units: Units;
  refusals: Refusals;
  tries: Tries;
  shared: SharedToken;
  tenant: string;
}): DeviceVerifier {
  const { database, units, refusals, tries, shared, tenant } = options;
  const actor = { tenant, user: null };

  async function find(secret: string): Promise<Found | null> {
    if (shared.matches(secret)) {
      const row = await shared.row();
      return row && { row, isOld: false };
    }
    const parsed = parseDeviceSecret(secret);
    if (!parsed) return null;
    const { keyId } = parsed;
    const [row] = await readOnce<VerifiedRow>(
      database,
      actor,
      Prisma.sql`
        SELECT id, kind, name, coalesce(speaks_for, '{}') AS "speaksFor", salt, hash, old_key_id AS "oldKeyId", old_salt AS "oldSalt",
          old_hash AS "oldHash", old_until AS "oldUntil", old_used_at AS "oldUsedAt", revoked_at AS "revokedAt",
          expires_at AS "expiresAt", first_used_at AS "firstUsedAt", last_used_at AS "lastUsedAt"
        FROM device_credential WHERE key_id = ${keyId} OR old_key_id = ${keyId} LIMIT 1`,
    );
    // The same work for a key id that there is not, so that the time does not tell which there are.
    const isOld = row?.oldKeyId === keyId;
    const { salt, hash } = isOld ? { salt: row.oldSalt, hash: row.oldHash } : (row ?? nobody);
    const isRight = matchesDeviceSecret(secret, salt ?? '', hash ?? '');
    return row && isRight ? { row, isOld } : null;
  }

  async function used({ row, isOld }: Found, from: RequestOrigin): Promise<void> {
    const now = new Date();
    const lastUsedFrom = from.address.slice(0, 64);
    const ofOld = isOld ? { oldUsedAt: now } : {};
    const use = { lastUsedAt: now, lastUsedFrom, unusedToldAt: null, ...ofOld };
    if (row.firstUsedAt === null) {
      await units.run(deviceCaller(tenant, from), async ({ tx, audit }) => {
        const { count } = await tx.deviceCredential.updateMany({
          where: { id: row.id, firstUsedAt: null },
          data: { firstUsedAt: now, ...use },
        });
        if (count === 0) return;
        if (row.kind === 'worker') await endSharedToken(tx);
        const { kind, name } = row;
        const after = { kind, name, address: from.address, route: from.route };
        await audit({ action: 'first-use', entity: 'device-credential', id: row.id, after });
      });
      return;
    }
    const due = new Date(now.getTime() - NOTED_EVERY_MS);
    const isDue = (at: Date | null) => at === null || at <= due;
    if (!isDue(row.lastUsedAt) && !(isOld && isDue(row.oldUsedAt))) return;
    await database.transaction(actor, (tx) =>
      tx.deviceCredential.updateMany({
        where: { id: row.id },
        data: use,
      }),
    );
  }

  return {
    async verify({ secret, username, route, from }: ShownSecret): Promise<DeviceCaller> {
      await tries.admit(from.address, secret);
      const found = await find(secret);
      if (!found) {
        await tries.count(from.address);
        await refusals.unknown(from);
        throw new Problem('device.refused');
      }
      tries.right(secret);
      const { row } = found;
      const ended = endOf(found);
      if (ended) {
        await refusals.known(row, ended, from);
        throw new Problem('device.refused', reasons[ended]);
      }
      const kind = kindOf(row);
      if (username !== null && username !== row.name && username !== `${kind}-${row.name}`) {
        await refusals.known(row, 'other-name', from, { named: username.slice(0, 64) });
        throw new Problem(
          'device.other-name',
          `The user name must be "${row.name}" with this secret.`,
        );
      }
      if (!route.kinds.includes(kind)) {
        await refusals.known(row, 'wrong-kind', from);
        throw new Problem(
          'device.wrong-kind',
          `The credential is of the kind "${kind}"; this address takes ${route.kinds.join(', ')}.`,
        );
      }
      await used(found, from);
      const name = kind === 'shared' ? null : row.name;
      return { kind, credential: row.id, name, speaksFor: row.speaksFor };
    },

    async otherName(caller, name, from) {
      const row = await database.transaction(actor, (tx) =>
        tx.deviceCredential.findFirst({ where: { id: caller.credential } }),
      );
      if (row) await refusals.known(row, 'other-name', from, { named: name.slice(0, 64) });
    },
  };
}

/** Why a credential counts no more; null where it counts. */
function endOf({ row, isOld }: Found): (Refusal & keyof typeof reasons) | null {
  const now = new Date();
  if (row.revokedAt) return 'revoked';
  if (row.expiresAt && row.expiresAt <= now) return 'expired';
  if (isOld && (!row.oldUntil || row.oldUntil <= now)) return 'old-secret';
  return null;
}
