import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import { requireVersion } from '../../platform/kit/save.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { clearLot, passes, type TestResult } from './gate.ts';
import type {
  decisionBody,
  disposalAnswer,
  disposalInput,
  disposalList,
  LotInput,
  LotView,
  lotPage,
  lotQuery,
  resultsBody,
} from './schema.ts';
import type { SupplierRecords } from './supplier-records.ts';
import { readWords, rulesOf, type SupplierWords } from './words.ts';

type User = Caller & { account: Account };
type Row = Prisma.SupplierLotModel & { supplier: { id: string; name: string; kind: string } };
type Stored = TestResult & { method: string | null; by: string; at: string };

const LOT = 'supplier-lot';
const newest = listOrder('supplier lots', 'desc', { deliveredOn: 'time', id: 'id' });
const supplier = { select: { id: true, name: true, kind: true } } as const;

/** Deliveries with their tests and their release, and transfers of hazardous waste. */
export function createLots(options: { units: Units; records: SupplierRecords }) {
  const { units, records } = options;

  async function find(tx: Transaction, id: string): Promise<Row> {
    const row = await tx.supplierLot.findFirst({ where: { id }, include: { supplier } });
    if (!row) throw new Problem('supplier.lot-unknown');
    return row;
  }

  async function show(tx: Transaction, rows: readonly Row[], account: Account): Promise<LotView[]> {
    const words = await readWords(tx);
    const ids = rows.flatMap(({ testedBy, decidedBy }) => [
      ...testedBy,
      ...(decidedBy ? [decidedBy] : []),
    ]);
    const users = await tx.appUser.findMany({
      where: { id: { in: [...new Set(ids)] } },
      select: { id: true, displayName: true },
    });
    const nameOf = (id: string | null) =>
      (users.find((one) => one.id === id)?.displayName as LotView['decidedBy']) ?? null;
    return rows.map((row) => showLot(row, words, account, nameOf));
  }

  const one = async (unit: Unit, id: string, account: Account): Promise<LotView> =>
    (await show(unit.tx, [await find(unit.tx, id)], account))[0]!;

  const stamped = (user: User, results: LotInput['results']): Stored[] =>
    results.map((result) => ({ ...result, by: user.account.id, at: new Date().toISOString() }));

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
     * Enters a delivery; sent again with the same number, it is the same. A supplier who is not
     * cleared delivers nothing.
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
          return { lot: await one(unit, known.id, user.account), again: true };
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
            results: stamped(user, results) as unknown as Prisma.InputJsonArray,
            testedBy: results.length > 0 ? [user.account.id] : [],
          },
        });
        const after = { supplier: supplierId, ...given, results: results.length };
        await unit.audit({ action: 'create', entity: LOT, id, after });
        await unit.emit({
          entity: LOT,
          what: 'delivered',
          subject: id,
          data: { lot: id, supplier: supplierId },
        });
        return { lot: await one(unit, id, user.account), again: false };
      }),

    /** Adds results to a delivery that is not decided; the newest of each item counts. */
    addResults: (user: User, id: string, body: z.infer<typeof resultsBody>): Promise<LotView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await find(tx, id);
        const current = await one(unit, id, user.account);
        requireVersion('supplier.version-conflict', row, body.version, current);
        if (row.state !== 'waiting') throw new Problem('supplier.lot-decided');
        const results = [...storedOf(row), ...stamped(user, body.results)];
        const { count } = await tx.supplierLot.updateMany({
          where: { id, version: body.version, state: 'waiting' },
          data: {
            results: results as unknown as Prisma.InputJsonArray,
            testedBy: [...new Set([...row.testedBy, user.account.id])],
            version: body.version + 1,
          },
        });
        if (count === 0) requireVersion('supplier.version-conflict', null, body.version, current);
        await unit.audit({ action: 'update', entity: LOT, id, after: { results: body.results } });
        return one(unit, id, user.account);
      }),

    /**
     * Releases or rejects a delivery. Someone who entered a result of it does not release it, and
     * nothing that failed or was not tested is released.
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
        const row = await find(tx, id);
        const current = await one(unit, id, user.account);
        requireVersion('supplier.version-conflict', row, body.version, current);
        if (row.state !== 'waiting') throw new Problem('supplier.lot-decided');
        if (row.testedBy.includes(user.account.id)) throw new Problem('supplier.same-hand');
        if (body.decision === 'release') {
          const words = await readWords(tx);
          const { reasons } = clearLot(storedOf(row), rulesOf(words, row.supplier.kind));
          if (reasons.length > 0) {
            throw new Problem('supplier.not-cleared', undefined, { reasons });
          }
          await records.requireCleared(unit, row.supplierId, 'buy');
        }
        const { count } = await tx.supplierLot.updateMany({
          where: { id, version: body.version, state: 'waiting' },
          data: {
            state: body.decision === 'release' ? 'released' : 'rejected',
            decidedBy: user.account.id,
            decidedAt: new Date(),
            reason: body.reason,
            version: body.version + 1,
          },
        });
        if (count === 0) requireVersion('supplier.version-conflict', null, body.version, current);
        await unit.audit({ action: body.decision, entity: LOT, id, reason: body.reason });
        const what = body.decision === 'release' ? 'released' : 'rejected';
        await unit.emit({
          entity: LOT,
          what,
          subject: id,
          data: { lot: id, supplier: supplierId },
        });
        return one(unit, id, user.account);
      });
    },

    disposals: (user: User, supplierId: string): Promise<z.infer<typeof disposalList>> =>
      units.run(user, async ({ tx }) => {
        await records.find(tx, supplierId);
        const rows = await tx.supplierDisposal.findMany({
          where: { supplierId },
          orderBy: [{ handedOn: 'desc' }, { id: 'desc' }],
          take: 200,
        });
        return { items: rows.map(showDisposal) };
      }),

    /**
     * @throws Problem `supplier.not-cleared` where no licence covers the waste, today and on the day on
     * which it was handed over.
     */
    dispose: (
      user: User,
      supplierId: string,
      input: z.infer<typeof disposalInput>,
    ): Promise<z.infer<typeof disposalAnswer>> =>
      records.gated(user, supplierId, { purpose: 'dispose', waste: input.waste }, async (unit) => {
        const { waste, handedOn } = input;
        await records.requireCleared(unit, supplierId, 'dispose', { waste, on: handedOn });
        const id = newId();
        const row = await unit.tx.supplierDisposal.create({
          data: {
            tenantId: user.tenant,
            id,
            supplierId,
            ...input,
            handedOn: new Date(input.handedOn),
            byUser: user.account.id,
          },
        });
        const after = { supplier: supplierId, ...input };
        await unit.audit({ action: 'create', entity: 'supplier-disposal', id, after });
        await unit.emit({
          entity: 'supplier-disposal',
          what: 'handed-over',
          subject: id,
          data: after,
        });
        return showDisposal(row);
      }),
  };
}

const storedOf = ({ results }: { results: Prisma.JsonValue }) => results as unknown as Stored[];

/** Whether a delivery is on record as it is sent. Results may have been added to it since. */
function isSame(row: Row, sent: LotInput): boolean {
  const stored = storedOf(row);
  const isStored = (one: LotInput['results'][number], i: number) =>
    Object.entries(one).every(([field, value]) => stored[i]?.[field as keyof typeof one] === value);
  return (
    row.product === sent.product &&
    // The column keeps three decimals; 0.1 + 0.2 is sent as 0.30000000000000004.
    Number(row.quantity) === Number(sent.quantity.toFixed(3)) &&
    row.unit === sent.unit &&
    dayText(row.deliveredOn) === sent.deliveredOn &&
    sent.results.every(isStored)
  );
}

function showLot(
  row: Row,
  words: SupplierWords,
  account: Account,
  nameOf: (id: string | null) => LotView['decidedBy'],
): LotView {
  const results = storedOf(row);
  const { cleared, reasons } = clearLot(results, rulesOf(words, row.supplier.kind));
  return {
    id: row.id,
    supplier: { id: row.supplier.id, name: row.supplier.name },
    number: row.number,
    product: row.product,
    quantity: Number(row.quantity),
    unit: row.unit,
    deliveredOn: dayText(row.deliveredOn),
    state: row.state as LotView['state'],
    results: results.map(({ by, ...result }) => ({
      ...result,
      passed: passes(result),
      by: nameOf(by),
    })),
    usable: row.state === 'released' && cleared,
    reasons,
    mayRelease: row.state === 'waiting' && !row.testedBy.includes(account.id),
    decidedBy: nameOf(row.decidedBy),
    decidedAt: row.decidedAt?.toISOString() ?? null,
    reason: row.reason,
    version: row.version,
  };
}

const showDisposal = (row: Prisma.SupplierDisposalModel) => ({
  id: row.id,
  waste: row.waste,
  quantity: Number(row.quantity),
  unit: row.unit,
  manifestNo: row.manifestNo,
  handedOn: dayText(row.handedOn),
});
