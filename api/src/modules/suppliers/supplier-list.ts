import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { EXPORT_MOST, exportList } from '../../platform/kit/list-export.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Column } from '../../platform/kit/spreadsheet.ts';
import { allOf, anyOf, containsSql } from '../../platform/kit/sql.ts';
import type { exportListQuery, ListQuery, supplierPage } from './schema.ts';
import type { SupplierRecords } from './supplier-records.ts';
import { daysAt, readWords } from './words.ts';

const byName = listOrder('suppliers', 'asc', { name: 'text', id: 'id' });

/** The list of suppliers, and the same as a spreadsheet. */
export function createSupplierList(options: {
  units: Units;
  records: SupplierRecords;
  timeZone: string;
}) {
  const { units, records, timeZone } = options;

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
      return row ? [records.showRow(row, words)] : [];
    });
    return { rows: shown, next };
  }

  return {
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
  };
}

/**
 * How near the first end is, of `supplier s`: of each kind the one that ends last, see isRenewed. What is
 * not confirmed does not count for an approved supplier.
 */
function stateSql({ today, soon }: { today: string; soon: string }): Prisma.Sql {
  const nearest = Prisma.sql`(SELECT min(k.until) FROM (
    SELECT max(coalesce(q.valid_until, 'infinity')) AS until FROM supplier_qualification q
    WHERE q.tenant_id = s.tenant_id AND q.supplier_id = s.id AND NOT q.revoked
      AND (q.confirmed OR s.status <> 'approved')
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
