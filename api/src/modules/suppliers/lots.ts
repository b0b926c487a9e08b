import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import { noteCreated, requireVersion } from '../../platform/kit/save.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { userNames } from '../../platform/workflow/record-view.ts';
import {
  clearLot,
  type Judged,
  judgeResults,
  type Limit,
  limitOf,
  type TestResult,
} from './results.ts';
import {
  type decisionBody,
  type LotInput,
  type LotView,
  type lotPage,
  type lotQuery,
  lotSchema,
  type resultsBody,
} from './schema.ts';
import type { SupplierRecords } from './supplier-records.ts';
import { readWords, rulesOf, type SupplierWords } from './words.ts';

type Row = Prisma.SupplierLotModel & { supplier: { id: string; name: string; kind: string } };
/** Once the delivery is decided, with the limits that it was held against. */
type Stored = TestResult & { method: string | null; by: string; at: string } & Partial<Limit>;

const LOT = 'supplier-lot';
const newest = listOrder('supplier lots', 'desc', { deliveredOn: 'time', id: 'id' });
const supplier = { select: { id: true, name: true, kind: true } } as const;

/** Deliveries with their tests and their release. */
export function createLots(options: { units: Units; records: SupplierRecords }) {
  const { units, records } = options;

  async function find(tx: Transaction, id: string): Promise<Row> {
    const row = await tx.supplierLot.findFirst({ where: { id }, include: { supplier } });
    if (!row) throw new Problem('supplier.lot-unknown');
    return row;
  }

  async function show(tx: Transaction, rows: readonly Row[], account: Account): Promise<LotView[]> {
    const words = await readWords(tx);
    const judged = await judgeAll(tx, rows, words);
    const names = await userNames(
      tx,
      rows.flatMap((row) => [...row.testedBy, row.decidedBy ?? []].flat()),
    );
    const nameOf = (id: string | null) => names.get(id ?? '') ?? null;
    return judged.map(({ row, results, cleared, limitsBy, ...rest }) =>
      answerFrom(lotSchema, row, {
        ...rest,
        supplier: { id: row.supplier.id, name: row.supplier.name },
        state: row.state as LotView['state'],
        results: results.map(({ limitThen: _, ...one }) => ({ ...one, by: nameOf(one.by) })),
        usable: row.state === 'released' && cleared,
        mayRelease: row.state === 'waiting' && !isOwn(row, limitsBy, account),
        decidedBy: nameOf(row.decidedBy),
      }),
    );
  }

  const one = async ({ tx }: Unit, id: string, { account }: User): Promise<LotView> =>
    (await show(tx, [await find(tx, id)], account))[0]!;

  /** Notes who entered results, when, and which limits held then: these may be changed later. */
  async function stamped(
    tx: Transaction,
    { account }: User,
    product: string,
    testedBy: readonly string[],
    results: LotInput['results'],
  ): Promise<Stored[]> {
    const limits = await countingLimits(tx, [product]);
    const held = limits.filter(({ setBy }) => ![...testedBy, account.id].includes(setBy ?? ''));
    return results.map((result) => {
      const { lower, upper } = limitOf(result, held) ?? {};
      const limitThen = lower === undefined || upper === undefined ? null : { lower, upper };
      return { ...result, limitThen, by: account.id, at: new Date().toISOString() };
    });
  }

  /** Writes to a delivery that waits, at the version that was read. */
  async function write(
    unit: Unit,
    user: User,
    row: Row,
    version: number,
    data: Prisma.SupplierLotUpdateManyMutationInput,
  ): Promise<void> {
    const { id, state } = row;
    const current = await one(unit, id, user);
    requireVersion('supplier.version-conflict', row, version, current);
    if (state !== 'waiting') throw new Problem('supplier.lot-decided');
    const { count } = await unit.tx.supplierLot.updateMany({
      where: { id, version, state: 'waiting' },
      data: { ...data, version: version + 1 },
    });
    if (count === 0) requireVersion('supplier.version-conflict', null, version, current);
  }

  return {
    list: (user: User, query: z.infer<typeof lotQuery>): Promise<z.infer<typeof lotPage>> =>
      units.run(user, async ({ tx }) => {
        const found = await tx.supplierLot.findMany({
          where: {
            AND: [
              query.supplier ? { supplierId: query.supplier } : {},
              query.state ? { state: query.state } : {},
              newest.beyond(newest.after(query.cursor)),
            ],
          },
          include: { supplier },
          orderBy: newest.by(),
          take: query.limit + 1,
        });
        const { rows, next } = newest.page(found, query.limit);
        return { items: await show(tx, rows, user.account), next };
      }),

    /**
     * Stores a delivery, idempotent by its number. A supplier without clearance cannot deliver.
     *
     * @throws Problem `supplier.not-cleared`, `supplier.lot-taken` where its data or results differ.
     */
    create: (
      user: User,
      supplierId: string,
      input: LotInput,
    ): Promise<{ lot: LotView; again: boolean }> =>
      records.gated(user, supplierId, { purpose: 'buy', lot: input.number }, async (unit) => {
        const { tx } = unit;
        const { results, ...given } = input;
        await records.hold(tx, supplierId);
        const known = await tx.supplierLot.findFirst({
          where: { supplierId, number: input.number },
          include: { supplier },
        });
        if (known) {
          if (!isSame(known, input)) {
            throw new Problem('supplier.lot-taken', undefined, { lot: known.id });
          }
          return { lot: await one(unit, known.id, user), again: true };
        }
        await records.requireCleared(unit, supplierId, 'buy');
        const id = newId();
        await tx.supplierLot.create({
          data: {
            tenantId: user.tenant,
            id,
            supplierId,
            ...given,
            deliveredOn: new Date(given.deliveredOn),
            results: asJson(await stamped(tx, user, given.product, [], results)),
            testedBy: results.length > 0 ? [user.account.id] : [],
          },
        });
        const after = { supplier: supplierId, ...given, results: results.length };
        const event = ['delivered', { lot: id, supplier: supplierId }] as const;
        await noteCreated(unit, { entity: LOT, id, after, event });
        return { lot: await one(unit, id, user), again: false };
      }),

    /** Adds results to an undecided delivery; the newest of each item counts. */
    addResults: (user: User, id: string, body: z.infer<typeof resultsBody>): Promise<LotView> =>
      units.run(user, async (unit) => {
        const row = await find(unit.tx, id);
        const added = await stamped(unit.tx, user, row.product, row.testedBy, body.results);
        await write(unit, user, row, body.version, {
          results: asJson([...storedOf(row), ...added]),
          testedBy: [...new Set([...row.testedBy, user.account.id])],
        });
        await unit.audit({ action: 'update', entity: LOT, id, after: { results: body.results } });
        return one(unit, id, user);
      }),

    /**
     * Releases or rejects a delivery. Someone who entered a result of it, or set a limit that it is held
     * against, does not decide, and nothing that failed or was not tested is released. Where a failed
     * result was measured again, or its limit was changed since, the release needs a reason.
     */
    decide: async (
      user: User,
      id: string,
      body: z.infer<typeof decisionBody>,
    ): Promise<LotView> => {
      const { supplierId } = await units.run(user, ({ tx }) => find(tx, id));
      const asked = { purpose: 'use', lot: id };
      return records.gated(user, supplierId, asked, async (unit) => {
        const { tx } = unit;
        const { version, decision, reason } = body;
        const row = await find(tx, id);
        const [judged] = await judgeAll(tx, [row], await readWords(tx));
        const { results, reasons, needsReason, limitsBy } = judged!;
        const state = decision === 'release' ? 'released' : 'rejected';
        await write(unit, user, row, version, {
          state,
          results: asJson(results),
          decidedBy: user.account.id,
          decidedAt: new Date(),
          reason,
        });
        if (isOwn(row, limitsBy, user.account)) throw new Problem('supplier.same-hand');
        if (decision === 'release') {
          if (reasons.length > 0) {
            throw new Problem('supplier.not-cleared', undefined, { reasons });
          }
          if (needsReason && !reason) throw new Problem('supplier.reason-needed');
          await records.requireCleared(unit, row.supplierId, 'buy');
        }
        await unit.audit({ action: decision, entity: LOT, id, reason });
        const data = { lot: id, supplier: supplierId };
        await unit.emit({ entity: LOT, what: state, subject: id, data });
        return one(unit, id, user);
      });
    },
  };
}

const storedOf = ({ results }: { results: Prisma.JsonValue }) => results as unknown as Stored[];
const asJson = (results: readonly object[]) => results as unknown as Prisma.InputJsonArray;

/**
 * Holds the results of deliveries against the limits of their products, those that are decided against
 * the limits of then. A limit that one of the testers set does not count.
 */
async function judgeAll(tx: Transaction, rows: readonly Row[], words: SupplierWords) {
  const limits = await countingLimits(tx, [...new Set(rows.map(({ product }) => product))]);
  return rows.map((row) => {
    const stored = storedOf(row);
    const own = limits.filter(
      ({ product, setBy }) => product === row.product && !row.testedBy.includes(setBy ?? ''),
    );
    const isDecided = row.state !== 'waiting';
    const applied = isDecided ? stored.filter(hasLimit) : own;
    const results: Judged<Stored>[] = judgeResults(stored, applied);
    // Who set the limits that the results are held against.
    const limitsBy = isDecided
      ? []
      : own.filter(({ item }) => stored.some((one) => one.item === item)).map(({ setBy }) => setBy);
    return {
      row,
      results,
      limitsBy,
      ...clearLot(results, applied, rulesOf(words, row.supplier.kind)),
    };
  });
}

const countingLimits = (tx: Transaction, products: string[]) =>
  tx.supplierLimit.findMany({ where: { product: { in: products } } });

/** Whether an account entered a result of a delivery, or set a limit that it is held against. */
const isOwn = (row: Row, limitsBy: readonly (string | null)[], { id }: Account): boolean =>
  row.testedBy.includes(id) || limitsBy.includes(id);

const hasLimit = (one: Stored): one is Stored & Limit =>
  (one.lower ?? null) !== null || (one.upper ?? null) !== null;

/** Whether a delivery is stored with the same data. Results may have been added since. */
function isSame(row: Row, sent: LotInput): boolean {
  const stored = storedOf(row);
  const isStored = (one: LotInput['results'][number], i: number) =>
    Object.entries(one).every(([field, value]) => stored[i]?.[field as keyof typeof one] === value);
  return (
    row.product === sent.product &&
    // The column stores three decimals; 0.1 + 0.2 is sent as 0.30000000000000004.
    Number(row.quantity) === Number(sent.quantity.toFixed(3)) &&
    row.unit === sent.unit &&
    dayText(row.deliveredOn) === sent.deliveredOn &&
    sent.results.every(isStored)
  );
}
