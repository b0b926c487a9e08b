import { bilingual, instant, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import type { User } from '../../platform/kit/routes.ts';
import { day, pageOf, pageQuery } from '../../platform/kit/schemas.ts';
import type { Matcher } from './decisions.ts';
import { placesOf } from './person-places.ts';
import { type ShownPerson, seesOf } from './show.ts';
import { summaryOf } from './summary.ts';

export const supplierPeopleQuery = z.strictObject({
  supplier: ulid,
  ...pageQuery({ usual: 20, most: 50 }),
});

export const supplierPeoplePage = pageOf(
  z
    .object({
      person: z.object({ id: ulid, name: z.string(), employeeNo: z.string() }),
      department: z.object({ id: z.string(), name: bilingual }),
      lastDay: day
        .nullable()
        .describe('The last day by the file of the person and the contract; null: open-ended.'),
      allowed: z.number().int().describe('Places at which the person may work.'),
      places: z.number().int().describe('Posts, machines and areas.'),
      until: instant.nullable().describe('The first instant at which one of them may be lost.'),
      missing: z.array(bilingual).describe('What stands in the way, the most frequent first.'),
    })
    .meta({ id: 'SupplierPerson', description: 'A contractor whom a supplier sends.' }),
).meta({ id: 'SupplierPeople' });

type Page = z.infer<typeof supplierPeoplePage>;
type Row = ShownPerson & { lastDay: string | null };

const byNumber = listOrder('supplier people', 'asc', { employeeNo: 'text' });
const inTable = { employeeNo: Prisma.sql`p.employee_no` };

/** The people whom a supplier sends, within the reach of the account, with where they may work and what is missing. */
export const createSupplierPeople = ({
  units,
  matcher,
}: {
  units: Units;
  matcher: Pick<Matcher, 'forJobs'>;
}) => ({
  list: (user: User, query: z.output<typeof supplierPeopleQuery>): Promise<Page> =>
    units.run(user, async ({ tx }) => {
      const { account } = user;
      const { supplier, cursor, limit } = query;
      const reach = reachSql(account, 'match:read', {
        site: Prisma.sql`d.site`,
        department: Prisma.sql`p.department_id`,
        own: ({ person }) => Prisma.sql`p.id = ${person}`,
      });
      const found = await sqlIn(tx)<Row>(Prisma.sql`
        SELECT p.id, p.name, p.employee_no AS "employeeNo", p.post, p.department_id AS "departmentId",
          d.name AS "departmentName", d.site, least(p.valid_until, s.contract_until)::text AS "lastDay"
        FROM person p JOIN department d ON d.tenant_id = p.tenant_id AND d.id = p.department_id
        JOIN supplier s ON s.tenant_id = p.tenant_id AND s.id = p.supplier_id
        WHERE p.supplier_id = ${supplier} AND p.kind = 'contractor' AND p.status = 'active' AND ${reach}
          AND ${byNumber.beyondSql(byNumber.after(cursor), inTable)}
        ORDER BY ${byNumber.bySql(inTable)} LIMIT ${limit + 1}`);
      const { rows, next } = byNumber.page(found, limit);
      const at = new Date();
      const items: Page['items'] = [];
      // One after another: they share a connection.
      for (const row of rows) {
        const sees = seesOf(account, row);
        const places = await placesOf(tx, matcher, { person: row.id, at, sees });
        items.push({
          person: { id: row.id, name: row.name, employeeNo: row.employeeNo },
          department: { id: row.departmentId, name: row.departmentName },
          lastDay: row.lastDay,
          ...summaryOf(places),
        });
      }
      return { items, next };
    }),
});
