import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import { holdersOf } from '../../platform/access/holders.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Files } from '../../platform/files/types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { givenOnly, noteCreated, saveAtVersion } from '../../platform/kit/save.ts';
import { dayDate, dayText } from '../../platform/kit/schemas.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';
import type {
  confirmBody,
  qualificationInput,
  qualificationPatch,
  SupplierView,
} from './schema.ts';
import { QUALIFICATION, type SupplierRecords } from './supplier-records.ts';
import { readWords, requireWord } from './words.ts';

type Row = Prisma.SupplierQualificationModel;
type Paper = ReturnType<typeof paperOf>;

/**
 * Licences and certificates of suppliers, with their scans. What is entered for an approved supplier
 * counts once someone who approves suppliers has confirmed it.
 */
export function createQualifications(options: {
  units: Units;
  files: Files;
  notices: Notices;
  records: SupplierRecords;
  /** What the supplier owes follows. */
  refresh(unit: Unit, supplierId: string): Promise<void>;
}) {
  const { units, files, notices, records, refresh } = options;
  const { find, hold, view } = records;

  async function attach(unit: Unit, id: string, fileIds: string[]): Promise<void> {
    if (fileIds.length === 0) return;
    await files.attach(unit, fileIds, { entity: QUALIFICATION, id, role: 'scan' });
  }

  async function rowOf({ tx }: Unit, supplierId: string, id: string): Promise<Row> {
    const row = await tx.supplierQualification.findFirst({ where: { id, supplierId } });
    if (!row) throw new Problem('supplier.unknown');
    return row;
  }

  const save = (
    unit: Unit,
    { id, supplierId, version }: Pick<Row, 'id' | 'supplierId' | 'version'>,
    data: Prisma.SupplierQualificationUpdateManyMutationInput,
  ) =>
    saveAtVersion(unit, {
      entity: QUALIFICATION,
      id,
      version,
      conflict: 'supplier.version-conflict',
      find: () => rowOf(unit, supplierId, id),
      write: (next) =>
        unit.tx.supplierQualification.updateMany({
          where: { id, version },
          data: { ...data, version: next },
        }),
      show: paperOf,
    });

  /** Asks those who approve suppliers to confirm. */
  async function ask(unit: Unit, user: User, supplier: { id: string; name: string }) {
    const holders = await holdersOf(unit.tx, 'supplier:approve');
    await notices.notify(unit, {
      to: holders.filter((id) => id !== user.account.id),
      kind: 'supplier.confirmation',
      severity: 'info',
      title: {
        zh: `${supplier.name}：有资质待确认`,
        en: `${supplier.name}: a qualification waits for confirmation`,
      },
      body: {
        zh: '确认之前，该资质不计入准入核验。',
        en: 'It does not count before it is confirmed.',
      },
      link: noticeLink('supplier.confirmation', supplier.id),
      subject: { entity: 'supplier', id: supplier.id },
    });
  }

  return {
    add: (
      user: User,
      supplierId: string,
      input: z.infer<typeof qualificationInput>,
    ): Promise<SupplierView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        await hold(tx, supplierId);
        const supplier = await find(tx, supplierId);
        const { fileIds, ...given } = input;
        requireWord(await readWords(tx), 'qualifications', given.kind);
        const id = newId();
        const entered = { confirmed: false, enteredBy: user.account.id };
        const days = { validFrom: dayDate(given.validFrom), validUntil: dayDate(given.validUntil) };
        await tx.supplierQualification.create({
          data: { tenantId: user.tenant, id, supplierId, ...given, ...days, ...entered },
        });
        await attach(unit, id, fileIds);
        const after = { supplier: supplierId, ...given, files: fileIds };
        await noteCreated(unit, { entity: QUALIFICATION, id, after });
        if (supplier.status === 'approved') await ask(unit, user, supplier);
        await refresh(unit, supplierId);
        return view(unit, supplierId, user);
      }),

    /**
     * Changes a qualification. One that counts for an approved supplier is only ended, revoked or
     * narrowed: what extends it is entered as a new one.
     *
     * @throws Problem `supplier.renewal-needed`
     */
    change: (
      user: User,
      supplierId: string,
      id: string,
      patch: z.infer<typeof qualificationPatch>,
    ): Promise<SupplierView> =>
      units.run(user, async (unit) => {
        const { version, fileIds, ...given } = patch;
        await hold(unit.tx, supplierId);
        const { status } = await find(unit.tx, supplierId);
        const row = await rowOf(unit, supplierId, id);
        const before = paperOf(row);
        const after: Paper = { ...before, ...givenOnly(given) };
        if (after.validUntil !== null && after.validUntil < after.validFrom) {
          throw new Problem('request.invalid', undefined, {
            errors: [fieldError('validUntil', '早于起始日', 'lies before validFrom')],
          });
        }
        const isNarrower = narrows(before, after);
        if (!isNarrower && row.confirmed && status === 'approved' && row.version === version) {
          throw new Problem('supplier.renewal-needed');
        }
        const { validFrom, validUntil } = after;
        const entered = isNarrower ? {} : { confirmed: false, enteredBy: user.account.id };
        const days = { validFrom: dayDate(validFrom), validUntil: dayDate(validUntil) };
        await save(unit, { id, supplierId, version }, { ...after, ...days, ...entered });
        await attach(unit, id, fileIds);
        await refresh(unit, supplierId);
        return view(unit, supplierId, user);
      }),

    /** @throws Problem `supplier.same-hand` for the account that entered it. */
    confirm: (
      user: User,
      supplierId: string,
      id: string,
      { version }: z.infer<typeof confirmBody>,
    ): Promise<SupplierView> =>
      units.run(user, async (unit) => {
        await hold(unit.tx, supplierId);
        const { enteredBy } = await rowOf(unit, supplierId, id);
        if (enteredBy === user.account.id) throw new Problem('supplier.same-hand');
        await save(unit, { id, supplierId, version }, { confirmed: true });
        await refresh(unit, supplierId);
        return view(unit, supplierId, user);
      }),
  };
}

/** What can be changed, with days as text. */
const paperOf = ({ number, issuer, validFrom, validUntil, wastes, revoked, confirmed }: Row) => ({
  number,
  issuer,
  validFrom: dayText(validFrom),
  validUntil: dayText(validUntil),
  wastes,
  revoked,
  confirmed,
});

/** Whether a change leaves the document as it is and covers nothing more. */
const narrows = (before: Paper, after: Paper): boolean =>
  after.number === before.number &&
  after.issuer === before.issuer &&
  after.validFrom >= before.validFrom &&
  (before.validUntil === null ||
    (after.validUntil !== null && after.validUntil <= before.validUntil)) &&
  after.wastes.every((waste) => before.wastes.includes(waste)) &&
  (after.revoked || !before.revoked);
