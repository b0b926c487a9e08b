import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import { linesAbout } from '../../platform/audit/lines.ts';
import { describe } from '../../platform/audit/words.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { givenOnly, saveAtVersion } from '../../platform/kit/save.ts';
import type { Purpose } from './gate.ts';
import type {
  ClearanceAnswer,
  SupplierView,
  statusBody,
  supplierInput,
  supplierPatch,
} from './schema.ts';
import type { SupplierRecords } from './supplier-records.ts';
import { readWords, requireWord } from './words.ts';

type User = Caller & { account: Account };
const MOST_LINES = 200;
/** Of advisory locks on credit codes. */
const CODE_LOCK = 5270206;
const APPROVE_ANEW =
  '类型或信用代码已变更，需重新准入 / The kind or the credit code changed: to be approved anew';

export type Suppliers = ReturnType<typeof createSuppliers>;

/** What people do with suppliers: enter, change, approve and bar them, and ask the gate. */
export function createSuppliers({ units, records }: { units: Units; records: SupplierRecords }) {
  const { find, hold, judge, show, view, gated } = records;

  async function taken(tx: Transaction, creditCode: string, except?: string): Promise<void> {
    // Two that enter the same company at once take turns.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${creditCode}, ${CODE_LOCK}::bigint))::text`;
    const other = await tx.supplier.findFirst({
      where: { creditCode, ...(except ? { NOT: { id: except } } : {}) },
      select: { id: true },
    });
    if (other) throw new Problem('supplier.code-taken', undefined, { supplier: other.id });
  }

  return {
    get: (user: User, id: string): Promise<SupplierView> =>
      units.run(user, (unit) => view(unit, id)),

    create: (user: User, input: z.infer<typeof supplierInput>): Promise<SupplierView> =>
      units.run(user, async (unit) => {
        requireWord(await readWords(unit.tx), 'kinds', input.kind);
        await taken(unit.tx, input.creditCode);
        const id = newId();
        await unit.tx.supplier.create({
          data: { tenantId: user.tenant, id, ...input, status: 'candidate' },
        });
        await unit.audit({ action: 'create', entity: 'supplier', id, after: input });
        await unit.emit({
          entity: 'supplier',
          what: 'created',
          subject: id,
          data: { supplier: id },
        });
        return view(unit, id);
      }),

    /** Another kind or another company is approved anew: its qualifications were those of the old one. */
    change: (user: User, id: string, patch: z.infer<typeof supplierPatch>): Promise<SupplierView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { version, ...given } = patch;
        const words = await readWords(tx);
        if (given.kind !== undefined) requireWord(words, 'kinds', given.kind);
        if (given.creditCode !== undefined) await taken(tx, given.creditCode, id);
        await hold(tx, id);
        const { status, kind, creditCode } = await find(tx, id);
        const isOther =
          (given.kind ?? kind) !== kind || (given.creditCode ?? creditCode) !== creditCode;
        const isBarred = status === 'approved' && isOther;
        const anew = isBarred ? { status: 'candidate', reason: APPROVE_ANEW } : {};
        const shown = await saveAtVersion(unit, {
          entity: 'supplier',
          id,
          version,
          conflict: 'supplier.version-conflict',
          find: () => find(tx, id),
          write: (next) =>
            tx.supplier.updateMany({
              where: { id, version },
              data: { ...givenOnly(given), ...anew, version: next },
            }),
          show: (row) => show(tx, row, words),
          log: (row) => ({
            name: row.name,
            creditCode: row.creditCode,
            kind: row.kind,
            contact: row.contact,
            phone: row.phone,
            address: row.address,
            status: row.status,
          }),
          event: 'changed',
        });
        if (isBarred) {
          const data = { supplier: id, fields: ['status'] };
          await unit.emit({ entity: 'supplier', what: 'barred', subject: id, data });
        }
        return shown;
      }),

    /**
     * Approves, suspends or blocks. Approval needs every qualification that its kind asks for.
     *
     * @throws Problem `supplier.not-cleared` with what is missing.
     */
    setStatus: (user: User, id: string, body: z.infer<typeof statusBody>): Promise<SupplierView> =>
      gated(user, id, { purpose: 'approve' }, async (unit) => {
        const { tx } = unit;
        const { version, status, reason } = body;
        const words = await readWords(tx);
        await hold(tx, id);
        const row = await find(tx, id);
        if (status === 'approved') {
          const { reasons } = judge({ ...row, status: 'approved' }, words, 'buy');
          if (reasons.length > 0) {
            throw new Problem('supplier.not-cleared', undefined, { reasons });
          }
        }
        const shown = await saveAtVersion(unit, {
          entity: 'supplier',
          id,
          version,
          conflict: 'supplier.version-conflict',
          find: () => find(tx, id),
          write: (next) =>
            tx.supplier.updateMany({
              where: { id, version },
              data: { status, reason, version: next },
            }),
          show: (found) => show(tx, found, words),
          log: (found) => ({ status: found.status, reason: found.reason }),
          event: status === 'approved' ? 'approved' : 'barred',
        });
        await unit.audit({
          action: 'set-status',
          entity: 'supplier',
          id,
          before: { status: row.status },
          after: { status },
          reason,
        });
        return shown;
      }),

    /** For people and outside systems; what is refused leaves a line. */
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

    history: (user: User, id: string) =>
      units.run(user, async ({ tx }) => {
        await find(tx, id);
        const lines = await linesAbout(tx, { entity: 'supplier', id }, { take: MOST_LINES });
        return {
          items: lines.map((line) => ({
            at: line.at.toISOString(),
            by: line.userName,
            action: line.action,
            text: describe({ ...line, entityId: null }),
          })),
        };
      }),
  };
}
