import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Files } from '../../platform/files/types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { givenOnly, saveAtVersion } from '../../platform/kit/save.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type { qualificationInput, qualificationPatch, SupplierView } from './schema.ts';
import { QUALIFICATION, type SupplierRecords } from './supplier-records.ts';
import { readWords, requireWord } from './words.ts';

type User = Caller & { account: Account };

/** Licences and certificates of suppliers, with their scans. */
export function createQualifications(options: {
  units: Units;
  files: Files;
  records: SupplierRecords;
}) {
  const { units, files, records } = options;
  const { find, hold, view } = records;

  async function attach(unit: Unit, id: string, fileIds: string[]): Promise<void> {
    if (fileIds.length === 0) return;
    await files.attach(unit, fileIds, { entity: QUALIFICATION, id, role: 'scan' });
  }

  return {
    add: (
      user: User,
      supplierId: string,
      input: z.infer<typeof qualificationInput>,
    ): Promise<SupplierView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        await find(tx, supplierId);
        const { fileIds, ...given } = input;
        requireWord(await readWords(tx), 'qualifications', given.kind);
        const id = newId();
        await tx.supplierQualification.create({
          data: {
            tenantId: user.tenant,
            id,
            supplierId,
            ...given,
            validFrom: new Date(given.validFrom),
            validUntil: given.validUntil === null ? null : new Date(given.validUntil),
          },
        });
        await attach(unit, id, fileIds);
        await unit.audit({
          action: 'create',
          entity: QUALIFICATION,
          id,
          after: { supplier: supplierId, ...given, files: fileIds },
        });
        return view(unit, supplierId);
      }),

    change: (
      user: User,
      supplierId: string,
      id: string,
      patch: z.infer<typeof qualificationPatch>,
    ): Promise<SupplierView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { version, fileIds, validFrom, validUntil, ...rest } = patch;
        await hold(tx, supplierId);
        const read = async () => {
          const row = await tx.supplierQualification.findFirst({ where: { id, supplierId } });
          if (!row) throw new Problem('supplier.unknown');
          return row;
        };
        const asLogged = (row: Awaited<ReturnType<typeof read>>) => ({
          number: row.number,
          issuer: row.issuer,
          validFrom: dayText(row.validFrom),
          validUntil: dayText(row.validUntil),
          wastes: row.wastes,
          revoked: row.revoked,
          version: row.version,
        });
        const now = asLogged(await read());
        const from = validFrom ?? now.validFrom;
        const until = validUntil === undefined ? now.validUntil : validUntil;
        if (until !== null && until < from) {
          throw new Problem('request.invalid', undefined, {
            errors: [{ field: 'validUntil', message: 'lies before validFrom' }],
          });
        }
        await saveAtVersion(unit, {
          entity: QUALIFICATION,
          id,
          version,
          conflict: 'supplier.version-conflict',
          find: read,
          write: (next) =>
            tx.supplierQualification.updateMany({
              where: { id, version },
              data: {
                ...givenOnly(rest),
                validFrom: new Date(from),
                validUntil: until === null ? null : new Date(until),
                // A new term is told of anew.
                ...(until === now.validUntil ? {} : { told: null }),
                version: next,
              },
            }),
          show: asLogged,
        });
        await attach(unit, id, fileIds);
        return view(unit, supplierId);
      }),
  };
}
