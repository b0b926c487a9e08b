import type { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { historyOf } from '../../platform/kit/history.ts';
import type { User } from '../../platform/kit/routes.ts';
import { givenOnly, noteCreated, pick, saveAtVersion } from '../../platform/kit/save.ts';
import { dayDate } from '../../platform/kit/schemas.ts';
import type { Purpose } from './gate.ts';
import type {
  ClearanceAnswer,
  SupplierView,
  statusBody,
  supplierInput,
  supplierPatch,
} from './schema.ts';
import { QUALIFICATION, type SupplierRecords } from './supplier-records.ts';
import { readWords, requireWord } from './words.ts';

const LOGGED = [
  'name',
  'creditCode',
  'kind',
  'contact',
  'phone',
  'address',
  'contractUntil',
  'status',
  'reason',
] as const;
/** Of advisory locks on credit codes. */
const CODE_LOCK = 5270206;
const APPROVE_ANEW =
  '类型或信用代码已变更，需重新准入 / The kind or the credit code changed: to be approved anew';

/** The given fields as the database holds them. */
const stored = <Given extends { contractUntil?: string | null | undefined }>(given: Given) => ({
  ...given,
  ...(given.contractUntil === undefined ? {} : { contractUntil: dayDate(given.contractUntil) }),
});

export type Suppliers = ReturnType<typeof createSuppliers>;

/** User operations on suppliers: enter, change, approve, block, check clearance. */
export function createSuppliers(options: {
  units: Units;
  records: SupplierRecords;
  /** What the supplier owes follows. */
  refresh(unit: Unit, supplierId: string): Promise<void>;
}) {
  const { units, records, refresh } = options;
  const { find, hold, judge, show, view, gated } = records;

  async function taken(tx: Transaction, creditCode: string, except?: string): Promise<void> {
    // Concurrent entries of the same company are serialised.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${creditCode}, ${CODE_LOCK}::bigint))::text`;
    const other = await tx.supplier.findFirst({
      where: { creditCode, ...(except ? { NOT: { id: except } } : {}) },
      select: { id: true },
    });
    if (other) throw new Problem('supplier.code-taken', undefined, { supplier: other.id });
  }

  /** Writes what changes at the version that was read. */
  async function save(
    unit: Unit,
    user: User,
    id: string,
    version: number,
    { data, event }: { data: Record<string, unknown>; event: string },
  ): Promise<SupplierView> {
    const { tx } = unit;
    const words = await readWords(tx);
    return saveAtVersion(unit, {
      entity: 'supplier',
      id,
      version,
      conflict: 'supplier.version-conflict',
      find: () => find(tx, id),
      write: (next) =>
        tx.supplier.updateMany({ where: { id, version }, data: { ...data, version: next } }),
      show: (row) => show(tx, row, words, user),
      log: (row) => pick(row, LOGGED),
      event,
    });
  }

  return {
    get: (user: User, id: string): Promise<SupplierView> =>
      units.run(user, (unit) => view(unit, id, user)),

    create: (user: User, input: z.infer<typeof supplierInput>): Promise<SupplierView> =>
      units.run(user, async (unit) => {
        requireWord(await readWords(unit.tx), 'kinds', input.kind);
        await taken(unit.tx, input.creditCode);
        const id = newId();
        await unit.tx.supplier.create({
          data: { tenantId: user.tenant, id, ...stored(input), status: 'candidate' },
        });
        const event = ['created', { supplier: id }] as const;
        await noteCreated(unit, { entity: 'supplier', id, after: input, event });
        await refresh(unit, id);
        return view(unit, id, user);
      }),

    /**
     * A changed kind or company needs a new approval: the qualifications belonged to the old one.
     */
    change: (user: User, id: string, patch: z.infer<typeof supplierPatch>): Promise<SupplierView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { version, ...given } = patch;
        if (given.kind !== undefined) requireWord(await readWords(tx), 'kinds', given.kind);
        if (given.creditCode !== undefined) await taken(tx, given.creditCode, id);
        await hold(tx, id);
        const { status, kind, creditCode } = await find(tx, id);
        const isOther =
          (given.kind ?? kind) !== kind || (given.creditCode ?? creditCode) !== creditCode;
        const isBarred = status === 'approved' && isOther;
        const anew = isBarred ? { status: 'candidate', reason: APPROVE_ANEW } : {};
        const data = { ...stored(givenOnly(given)), ...anew };
        const shown = await save(unit, user, id, version, { data, event: 'changed' });
        if (isBarred) {
          const barred = { supplier: id, fields: ['status'] };
          await unit.emit({ entity: 'supplier', what: 'barred', subject: id, data: barred });
        }
        await refresh(unit, id);
        return shown;
      }),

    /**
     * Approves, suspends or blocks. Approval needs every qualification that its kind asks for, and
     * confirms those that others entered.
     *
     * @throws Problem `supplier.not-cleared` with what is missing, `supplier.same-hand` where the
     * account entered one that nobody confirmed.
     */
    setStatus: (user: User, id: string, body: z.infer<typeof statusBody>): Promise<SupplierView> =>
      gated(user, id, { purpose: 'approve' }, async (unit) => {
        const { tx } = unit;
        const { version, status, reason } = body;
        await hold(tx, id);
        const row = await find(tx, id);
        if (status === 'approved') {
          const answer = judge({ ...row, status: 'candidate' }, await readWords(tx), 'buy');
          const reasons = answer.reasons.filter(({ code }) => code !== 'status');
          if (reasons.length > 0) {
            throw new Problem('supplier.not-cleared', undefined, { reasons });
          }
          const waiting = row.qualifications.filter(({ confirmed }) => !confirmed);
          if (waiting.some(({ enteredBy }) => enteredBy === user.account.id)) {
            throw new Problem('supplier.same-hand');
          }
          await tx.supplierQualification.updateMany({
            where: { supplierId: id, confirmed: false },
            data: { confirmed: true },
          });
        }
        const event = status === 'approved' ? 'approved' : 'barred';
        const shown = await save(unit, user, id, version, { data: { status, reason }, event });
        await unit.audit({
          action: 'set-status',
          entity: 'supplier',
          id,
          before: { status: row.status },
          after: { status },
          reason,
        });
        await refresh(unit, id);
        return shown;
      }),

    /** For users and external systems; refusals are logged. */
    clearance: (
      user: User,
      id: string,
      { purpose, waste }: { purpose: Purpose; waste?: string | undefined },
    ): Promise<ClearanceAnswer> =>
      units.run(user, async (unit) => {
        const row = await find(unit.tx, id);
        const answer = judge(row, await readWords(unit.tx), purpose, waste);
        if (!answer.cleared) {
          const after = { purpose, waste: waste ?? null, reasons: answer.reasons };
          await unit.audit({ action: 'clearance-refused', entity: 'supplier', id, after });
        }
        return answer;
      }),

    /** The changes of a supplier, of its qualifications, deliveries and transfers, newest first. */
    history: (user: User, id: string) =>
      units.run(user, async ({ tx }) => {
        const { qualifications } = await find(tx, id);
        const newest = { where: { supplierId: id }, orderBy: { id: 'desc' }, take: 200 } as const;
        const lots = await tx.supplierLot.findMany(newest);
        const disposals = await tx.supplierDisposal.findMany(newest);
        return historyOf(tx, {
          supplier: [[id, null]],
          [QUALIFICATION]: qualifications.map((one) => [one.id, one.number]),
          'supplier-lot': lots.map((one) => [one.id, one.number]),
          'supplier-disposal': disposals.map((one) => [one.id, one.manifestNo]),
        });
      }),
  };
}
