import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import { linesAbout } from '../../platform/audit/lines.ts';
import { describe } from '../../platform/audit/words.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Files } from '../../platform/files/types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { EXPORT_MOST, exportList } from '../../platform/kit/list-export.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import { givenOnly, saveAtVersion } from '../../platform/kit/save.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type { Column } from '../../platform/kit/spreadsheet.ts';
import { allOf, anyOf, containsSql } from '../../platform/kit/sql.ts';
import { type Clearance, clear, isRenewed, type Purpose, stateOn } from './gate.ts';
import type {
  ClearanceAnswer,
  exportListQuery,
  ListQuery,
  qualificationInput,
  qualificationPatch,
  SupplierView,
  statusBody,
  supplierInput,
  supplierPage,
  supplierPatch,
} from './schema.ts';
import { daysAt, readWords, requireWord, rulesOf, type SupplierWords } from './words.ts';

type User = Caller & { account: Account };
type Row = Prisma.SupplierModel & { qualifications: Prisma.SupplierQualificationModel[] };

export const QUALIFICATION = 'supplier-qualification';
const MOST_LINES = 200;
/** Of advisory locks on credit codes. */
const CODE_LOCK = 5270206;
const APPROVE_ANEW =
  '类型或信用代码已变更，需重新准入 / The kind or the credit code changed: to be approved anew';
const byName = listOrder('suppliers', 'asc', { name: 'text', id: 'id' });
const qualifications = {
  orderBy: [{ validUntil: 'asc' }, { id: 'asc' }],
} as const satisfies object;

export type Suppliers = ReturnType<typeof createSuppliers>;

/** The register of suppliers, their qualifications, and the gate. */
export function createSuppliers(options: { units: Units; files: Files; timeZone: string }) {
  const { units, files, timeZone } = options;

  async function find(tx: Transaction, id: string): Promise<Row> {
    const row = await tx.supplier.findFirst({
      where: { id },
      include: { qualifications: { orderBy: [...qualifications.orderBy] } },
    });
    if (!row) throw new Problem('supplier.unknown');
    return row;
  }

  /**
   * Holds the supplier to the end of the unit: what the gate reads cannot change before the work that
   * it cleared is committed, and the same delivery is entered once.
   */
  async function hold(tx: Transaction, id: string): Promise<void> {
    await tx.$queryRaw`SELECT 1 FROM supplier WHERE id = ${id} FOR NO KEY UPDATE`;
  }

  const gateOf = (row: Row) => ({
    status: row.status,
    qualifications: row.qualifications.map(({ validFrom, validUntil, ...rest }) => ({
      ...rest,
      validFrom: dayText(validFrom),
      validUntil: dayText(validUntil),
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

  function showRow(row: Row, words: SupplierWords) {
    const { today, soon } = daysAt(timeZone);
    const [nextExpiry = null] = row.qualifications
      .filter((one) => !one.revoked && !isRenewed(one, row.qualifications))
      .flatMap(({ validUntil }) => dayText(validUntil) ?? [])
      .sort();
    return {
      id: row.id,
      name: row.name,
      creditCode: row.creditCode,
      kind: row.kind,
      kindName: rulesOf(words, row.kind).name,
      status: row.status as SupplierView['status'],
      expiry: expiryOf(nextExpiry, today, soon),
      nextExpiry,
      cleared: judge(row, words, 'buy').cleared,
      version: row.version,
    };
  }

  async function show(tx: Transaction, row: Row, words: SupplierWords): Promise<SupplierView> {
    const { today, soon } = daysAt(timeZone);
    const shown: SupplierView['qualifications'] = [];
    for (const one of gateOf(row).qualifications) {
      const { id, kind, number, issuer, validFrom, validUntil, wastes, revoked, version } = one;
      const scans = await files.of(tx, QUALIFICATION, id);
      shown.push({
        id,
        kind,
        kindName: words.qualifications.get(kind) ?? { zh: kind, en: kind },
        number,
        issuer,
        validFrom,
        validUntil,
        wastes,
        revoked,
        state: stateOn(one, today),
        soon: !revoked && validUntil !== null && validUntil >= today && validUntil <= soon,
        files: scans.map((file) => ({
          id: file.id,
          name: file.name,
          url: `/api/v1/files/${file.id}/content`,
        })),
        version,
      });
    }
    const { reason, contact, phone, address, createdAt } = row;
    return {
      ...showRow(row, words),
      reason,
      contact,
      phone,
      address,
      createdAt: createdAt.toISOString(),
      qualifications: shown,
      clearance: judge(row, words, 'buy'),
    };
  }

  const view = async (unit: Unit, id: string) =>
    show(unit.tx, await find(unit.tx, id), await readWords(unit.tx));

  async function taken(tx: Transaction, creditCode: string, except?: string): Promise<void> {
    // Two that enter the same company at once take turns.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${creditCode}, ${CODE_LOCK}::bigint))::text`;
    const other = await tx.supplier.findFirst({
      where: { creditCode, ...(except ? { NOT: { id: except } } : {}) },
      select: { id: true },
    });
    if (other) throw new Problem('supplier.code-taken', undefined, { supplier: other.id });
  }

  async function attach(unit: Unit, id: string, fileIds: string[]): Promise<void> {
    if (fileIds.length === 0) return;
    await files.attach(unit, fileIds, { entity: QUALIFICATION, id, role: 'scan' });
  }

  /**
   * @param asked.on the day of what is entered later: it has to be cleared on that day and today.
   * @throws Problem `supplier.not-cleared` with the reasons; `request.invalid` for a day to come.
   */
  async function requireCleared(
    { tx }: Unit,
    id: string,
    purpose: Purpose,
    asked: { waste?: string; on?: string } = {},
  ): Promise<Row> {
    const { today } = daysAt(timeZone);
    const { waste, on = today } = asked;
    if (on > today) {
      throw new Problem('request.invalid', `${on} is still to come.`);
    }
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
   * Runs a unit of work that the gate may refuse. What it refuses is undone and leaves a line.
   *
   * @param what was asked for, for the line.
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

  async function page(tx: Transaction, query: ListQuery) {
    const columns = { name: Prisma.sql`s.name`, id: Prisma.sql`s.id` };
    const found = await sqlIn(tx)<{ id: string; name: string }>(Prisma.sql`
      SELECT s.id, s.name FROM supplier s
      WHERE ${allOf([
        ...containsSql(query.q, [columns.name, Prisma.sql`s.credit_code`]),
        ...anyOf(Prisma.sql`s.kind`, query.kind),
        ...anyOf(Prisma.sql`s.status`, query.status),
        ...anyOf(stateSql(daysAt(timeZone)), query.expiry),
        byName.beyondSql(byName.after(query.cursor), columns),
      ])} ORDER BY ${byName.bySql(columns)} LIMIT ${query.limit + 1}`);
    const { rows, next } = byName.page(found, query.limit);
    const full = await tx.supplier.findMany({
      where: { id: { in: rows.map(({ id }) => id) } },
      include: { qualifications: true },
    });
    const byId = new Map(full.map((row) => [row.id, row]));
    const words = await readWords(tx);
    const shown = rows.flatMap(({ id }) => {
      const row = byId.get(id);
      return row ? [showRow(row, words)] : [];
    });
    return { rows: shown, next };
  }

  return {
    find,
    hold,
    requireCleared,
    gated,

    list: (user: User, query: ListQuery): Promise<z.infer<typeof supplierPage>> =>
      units.run(user, async ({ tx }) => {
        const { rows, next } = await page(tx, query);
        const state = stateSql(daysAt(timeZone));
        const [counts] = await sqlIn(tx)<z.infer<typeof supplierPage>['counts']>(Prisma.sql`
          SELECT count(*)::int AS "all", count(*) FILTER (WHERE state = 'soon')::int AS soon,
            count(*) FILTER (WHERE state = 'expired')::int AS expired,
            count(*) FILTER (WHERE status = 'candidate')::int AS candidates
          FROM (SELECT s.status, ${state} AS state FROM supplier s) s`);
        return {
          items: rows,
          next,
          counts: counts ?? { all: 0, soon: 0, expired: 0, candidates: 0 },
        };
      }),

    /** The list as a spreadsheet, by the same filters. */
    export: (user: User, { lang, format, ...filter }: z.infer<typeof exportListQuery>) =>
      units.run(user, async (unit) => {
        const { rows } = await page(unit.tx, { ...filter, limit: EXPORT_MOST + 1 });
        return exportList(unit, {
          entity: 'supplier',
          format,
          language: lang,
          timeZone,
          fileName: 'suppliers',
          title: { zh: '供应商', en: 'Suppliers' },
          columns: exportColumns(lang),
          items: rows,
          filter,
        });
      }),

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

    addQualification: (
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

    changeQualification: (
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

const expiryOf = (
  nearest: string | null,
  today: string,
  soon: string,
): 'valid' | 'soon' | 'expired' =>
  nearest === null || nearest > soon ? 'valid' : nearest < today ? 'expired' : 'soon';

/** How near the first end is, of `supplier s`: of each kind the one that ends last, see isRenewed. */
function stateSql({ today, soon }: { today: string; soon: string }): Prisma.Sql {
  const nearest = Prisma.sql`(SELECT min(k.until) FROM (
    SELECT max(coalesce(q.valid_until, 'infinity')) AS until FROM supplier_qualification q
    WHERE q.tenant_id = s.tenant_id AND q.supplier_id = s.id AND NOT q.revoked
    GROUP BY q.kind) k)`;
  return Prisma.sql`CASE WHEN ${nearest} < ${today}::date THEN 'expired'
    WHEN ${nearest} <= ${soon}::date THEN 'soon' ELSE 'valid' END`;
}

type Exported = z.infer<typeof supplierPage>['items'][number];
const exportColumns = (language: 'zh' | 'en'): Column<Exported>[] => [
  { name: { zh: '名称', en: 'Name' }, width: 36, value: ({ name }) => name },
  { name: { zh: '信用代码', en: 'Credit code' }, width: 22, value: ({ creditCode }) => creditCode },
  { name: { zh: '类型', en: 'Kind' }, width: 22, value: ({ kindName }) => kindName[language] },
  { name: { zh: '状态', en: 'Status' }, value: ({ status }) => status },
  { name: { zh: '最近到期', en: 'Next end' }, value: ({ nextExpiry }) => nextExpiry },
  { name: { zh: '可采购', en: 'Cleared' }, value: ({ cleared }) => (cleared ? '✓' : '✗') },
];
