import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import type { User } from '../../platform/kit/routes.ts';
import { line, pageOf, pageQuery } from '../../platform/kit/schemas.ts';
import { allOf, containsSql } from '../../platform/kit/sql.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { medicalCodes, publicDecision, type Reason } from './reasons.ts';
import { reasonSchema } from './schema.ts';
import { readReasonViews, seesOf } from './show.ts';

export const misfitQuery = z.strictObject({
  ...pageQuery(),
  state: z.enum(['open', 'closed']).default('open'),
  decision: z.enum(['hold', 'deny']).optional(),
  department: slug.optional(),
  q: line(64).optional().describe('In name and number of the person, and in the name of the post.'),
});
type MisfitQuery = z.infer<typeof misfitQuery>;

const named = z.object({ id: z.string(), name: bilingual });
export const misfitPage = pageOf(
  z
    .object({
      id: ulid,
      person: z.object({ id: ulid, name: z.string(), employeeNo: z.string() }),
      department: named,
      post: named,
      decision: z.enum(['hold', 'deny']),
      final: z.boolean().describe('Nobody may override it.'),
      reasons: z.array(reasonSchema),
      since: instant.describe('Since when the person does not fit.'),
      closedAt: instant
        .nullable()
        .describe('Since when the person fits or holds the post no more.'),
    })
    .meta({ id: 'PostMisfit' }),
).extend({
  counts: z
    .object({ hold: z.number().int(), deny: z.number().int() })
    .describe('Of those that are open, within reach.'),
});
type MisfitPage = z.infer<typeof misfitPage>;

interface Row {
  id: string;
  personId: string;
  person: string;
  employeeNo: string;
  departmentId: string;
  department: Bilingual;
  site: string | null;
  postId: string;
  post: string;
  decision: 'hold' | 'deny';
  reasons: Reason[];
  since: Date;
  closedAt: Date | null;
}

const newest = listOrder('misfits by time', 'desc', { since: 'time', id: 'id' });
const columns = { since: Prisma.sql`m.since_at`, id: Prisma.sql`m.id` };
const from = Prisma.sql`FROM post_misfit m
  JOIN person p ON p.tenant_id = m.tenant_id AND p.id = m.person_id
  JOIN department d ON d.tenant_id = p.tenant_id AND d.id = p.department_id
  JOIN post o ON o.tenant_id = m.tenant_id AND o.id = m.post_id`;

const within = (account: Account) =>
  reachSql(account, 'match:read', {
    site: Prisma.sql`d.site`,
    department: Prisma.sql`p.department_id`,
    own: ({ person }) => Prisma.sql`p.id = ${person}`,
  });

/**
 * The answer of `post_misfit m` as the account reads it: without the right to the qualifications of the person one that
 * rests on the medical check is `deny` for it, as machines say it.
 */
function decisionFor(account: Account): Prisma.Sql {
  const either = [
    ...(account.person === null ? [] : [Prisma.sql`p.id = ${account.person}`]),
    ...(account.permissions.has('qualification:read')
      ? [
          reachSql(account, 'qualification:read', {
            site: Prisma.sql`d.site`,
            department: Prisma.sql`p.department_id`,
            own: ({ person }) => Prisma.sql`p.id = ${person}`,
          }),
        ]
      : []),
  ];
  const detailed =
    either.length === 0
      ? Prisma.sql`FALSE`
      : Prisma.sql`coalesce(${Prisma.join(either, ' OR ')}, FALSE)`;
  return Prisma.sql`(CASE WHEN NOT ${detailed} AND EXISTS (
      SELECT 1 FROM jsonb_array_elements(m.reasons) r WHERE r->>'code' = ANY (${[...medicalCodes]}::text[]))
    THEN 'deny' ELSE m.decision END)`;
}

/** Who does not fit the post that they hold, the latest first. */
export const createMisfitList = ({ units }: { units: Units }) => ({
  list: (user: User, query: MisfitQuery): Promise<MisfitPage> =>
    units.run(user, async ({ tx }) => {
      const { account } = user;
      const isOpen = Prisma.sql`m.closed_at IS NULL`;
      const decision = decisionFor(account);
      const found = await sqlIn(tx)<Row>(Prisma.sql`
        SELECT m.id, p.id AS "personId", p.name AS person, p.employee_no AS "employeeNo",
          d.id AS "departmentId", d.name AS department, d.site, o.id AS "postId", o.name AS post,
          m.decision, m.reasons, m.since_at AS since, m.closed_at AS "closedAt" ${from}
        WHERE ${allOf([
          within(account),
          query.state === 'open' ? isOpen : Prisma.sql`m.closed_at IS NOT NULL`,
          ...(query.decision === undefined ? [] : [Prisma.sql`${decision} = ${query.decision}`]),
          ...(query.department === undefined ? [] : [Prisma.sql`d.id = ${query.department}`]),
          ...containsSql(query.q, [
            Prisma.sql`p.name`,
            Prisma.sql`p.employee_no`,
            Prisma.sql`o.name`,
          ]),
          newest.beyondSql(newest.after(query.cursor), columns),
        ])} ORDER BY ${newest.bySql(columns)} LIMIT ${query.limit + 1}`);
      const { rows, next } = newest.page(found, query.limit);
      const [counts] = await sqlIn(tx)<MisfitPage['counts']>(Prisma.sql`
        SELECT count(*) FILTER (WHERE ${decision} = 'hold')::int AS hold,
          count(*) FILTER (WHERE ${decision} = 'deny')::int AS deny ${from}
        WHERE ${isOpen} AND ${within(account)}`);
      const views = await readReasonViews(tx);
      const items = rows.map((row) => {
        const { personId, departmentId, site, reasons } = row;
        const sees = seesOf(account, { id: personId, departmentId, site });
        const final = reasons.some((one) => one.final);
        const answer = { decision: row.decision, final, reasons };
        const shown = sees.detail ? answer : publicDecision(answer);
        return {
          id: row.id,
          person: { id: personId, name: row.person, employeeNo: row.employeeNo },
          department: { id: departmentId, name: row.department },
          post: { id: row.postId, name: { zh: row.post, en: row.post } },
          decision: shown.decision as Row['decision'],
          final: shown.final,
          reasons: views.show(reasons, sees),
          since: row.since.toISOString(),
          closedAt: row.closedAt?.toISOString() ?? null,
        };
      });
      return { items, next, counts: counts ?? { hold: 0, deny: 0 } };
    }),
});
