import type { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Files } from '../../platform/files/types.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { answerFrom, filesOf } from '../../platform/kit/rows.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { type Clearance, clear, isRenewed, type Purpose, stateOn } from './gate.ts';
import { qualificationSchema, type SupplierView, supplierRow, supplierSchema } from './schema.ts';
import { daysAt, readWords, rulesOf, type SupplierWords } from './words.ts';

type Row = Prisma.SupplierModel & { qualifications: Prisma.SupplierQualificationModel[] };

export const QUALIFICATION = 'supplier-qualification' as const;

export type SupplierRecords = ReturnType<typeof createSupplierRecords>;

/** Reading, presentation and clearance of a supplier. */
export function createSupplierRecords(options: { units: Units; files: Files; timeZone: string }) {
  const { units, files, timeZone } = options;

  async function find(tx: Transaction, id: string): Promise<Row> {
    const row = await tx.supplier.findFirst({
      where: { id },
      include: { qualifications: { orderBy: [{ validUntil: 'asc' }, { id: 'asc' }] } },
    });
    if (!row) throw new Problem('supplier.unknown');
    return row;
  }

  /**
   * Locks the supplier until the end of the unit: the gate's inputs cannot change before the
   * cleared work is committed, and a delivery is entered once.
   */
  async function hold(tx: Transaction, id: string): Promise<void> {
    await tx.$queryRaw`SELECT 1 FROM supplier WHERE id = ${id} FOR NO KEY UPDATE`;
  }

  /** As the gate reads it. Approval confirms what was entered before it. */
  const gateOf = ({ status, qualifications }: Row) => ({
    status,
    qualifications: qualifications.map((one) => ({
      ...one,
      confirmed: one.confirmed || status !== 'approved',
      validFrom: dayText(one.validFrom),
      validUntil: dayText(one.validUntil),
    })),
  });

  function judge(
    row: Row,
    words: SupplierWords,
    purpose: Purpose,
    waste?: string,
    day = daysAt(timeZone).today,
  ): Clearance & { purpose: Purpose; day: string } {
    const rules = rulesOf(words, row.kind);
    const asked = { purpose, day, waste };
    return { ...clear(gateOf(row), rules, words.qualifications, asked), purpose, day };
  }

  function rowFacts(row: Row, words: SupplierWords) {
    const { today, soon } = daysAt(timeZone);
    const counting = row.qualifications.map((one) => ({
      ...one,
      confirmed: one.confirmed || row.status !== 'approved',
    }));
    const [nextExpiry = null] = counting
      .filter((one) => one.confirmed && !one.revoked && !isRenewed(one, counting))
      .flatMap(({ validUntil }) => dayText(validUntil) ?? [])
      .sort();
    return {
      kindName: rulesOf(words, row.kind).name,
      status: row.status as SupplierView['status'],
      expiry: expiryOf(nextExpiry, today, soon),
      nextExpiry,
      cleared: judge(row, words, 'buy').cleared,
    };
  }

  const showRow = (row: Row, words: SupplierWords) =>
    answerFrom(supplierRow, row, rowFacts(row, words));

  async function show(
    tx: Transaction,
    row: Row,
    words: SupplierWords,
    by: User,
  ): Promise<SupplierView> {
    const { today, soon } = daysAt(timeZone);
    const qualifications: SupplierView['qualifications'] = [];
    for (const one of gateOf(row).qualifications) {
      const { kind, validUntil } = one;
      const state = stateOn(one, today);
      const more = {
        kindName: words.qualifications.get(kind) ?? { zh: kind, en: kind },
        state,
        mayConfirm: state === 'unconfirmed' && one.enteredBy !== by.account.id,
        soon: state === 'valid' && validUntil !== null && validUntil <= soon,
        files: await filesOf(files, tx, QUALIFICATION, one.id),
      };
      qualifications.push(answerFrom(qualificationSchema, one, more));
    }
    const clearance = judge(row, words, 'buy');
    return answerFrom(supplierSchema, row, { ...rowFacts(row, words), qualifications, clearance });
  }

  const view = async ({ tx }: Unit, id: string, by: User) =>
    show(tx, await find(tx, id), await readWords(tx), by);

  /**
   * @param asked.on the day of a later entry: clearance is required on that day and today.
   * @throws Problem `supplier.not-cleared` with the reasons; `request.invalid` for a future day.
   */
  async function requireCleared(
    { tx }: Unit,
    id: string,
    purpose: Purpose,
    asked: { waste?: string; on?: string } = {},
  ): Promise<Row> {
    const { today } = daysAt(timeZone);
    const { waste, on = today } = asked;
    if (on > today) throw new Problem('request.invalid', `${on} is still to come.`);
    await hold(tx, id);
    const row = await find(tx, id);
    const words = await readWords(tx);
    for (const day of new Set([on, today])) {
      const { cleared, reasons } = judge(row, words, purpose, waste, day);
      if (!cleared) throw new Problem('supplier.not-cleared', undefined, { reasons });
    }
    return row;
  }

  /**
   * Runs a unit of work that the gate may refuse. A refusal is rolled back and logged.
   *
   * @param what the request, for the audit line.
   */
  async function gated<Result>(
    caller: User,
    id: string,
    what: Record<string, unknown>,
    work: (unit: Unit) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await units.run(caller, work);
    } catch (error) {
      if (error instanceof Problem && error.code === 'supplier.not-cleared') {
        const after = { ...what, reasons: error.extra.reasons };
        await units.run(caller, (unit) =>
          unit.audit({ action: 'clearance-refused', entity: 'supplier', id, after }),
        );
      }
      throw error;
    }
  }

  return { find, hold, judge, showRow, show, view, requireCleared, gated };
}

const expiryOf = (
  nearest: string | null,
  today: string,
  soon: string,
): 'valid' | 'soon' | 'expired' =>
  nearest === null || nearest > soon ? 'valid' : nearest < today ? 'expired' : 'soon';
