import { DateTime } from 'luxon';
import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import type { User } from '../../platform/kit/routes.ts';
import { listsOf } from '../posts/records.ts';
import { meets, type Need, needsOf } from './needs.ts';
import { factsOfPeople } from './person-facts.ts';
import type { Matrix, matrixQuery, postGaps } from './schema.ts';
import { dayAfter } from './state.ts';
import { type Categories, readCategories } from './words.ts';

interface Holder {
  post: string;
  id: string;
  name: string;
  employeeNo: string;
}

/** What posts ask for against what their people have. */
export function createMatrix({ units, timeZone }: { units: Units; timeZone: string }) {
  /** Who holds posts at present, within the account's reach. */
  const holdersOf = (tx: Transaction, user: User, posts: readonly string[]) =>
    sqlIn(tx)<Holder>(Prisma.sql`
      SELECT h.post_id AS post, p.id, p.name, p.employee_no AS "employeeNo" FROM post_holding h
      JOIN person p ON p.tenant_id = h.tenant_id AND p.id = h.person_id
      JOIN department d ON d.tenant_id = p.tenant_id AND d.id = p.department_id
      WHERE h.until_at IS NULL AND h.post_id = ANY(${[...posts]}) AND ${reachSql(
        user.account,
        'qualification:read',
        {
          site: Prisma.sql`d.site`,
          department: Prisma.sql`p.department_id`,
          own: ({ person }) => Prisma.sql`p.id = ${person}`,
        },
      )} ORDER BY p.employee_no`);

  const shownNeed = (need: Need, categories: Categories) => ({
    ...need,
    categoryName: need.category === null ? null : categories.name(need.type, need.category),
  });
  const todayAt = (now: Date) => DateTime.fromJSDate(now, { zone: timeZone }).toISODate() as string;

  return {
    matrix: (user: User, { department, within }: z.infer<typeof matrixQuery>): Promise<Matrix> =>
      units.run(user, async ({ tx }) => {
        const now = new Date();
        const today = todayAt(now);
        const soon = dayAfter(today, Number(within));
        const rows = await tx.post.findMany({
          where: {
            active: true,
            ...(department === undefined ? {} : { departmentId: department }),
          },
          orderBy: { code: 'asc' },
          take: 500,
        });
        const holders = await holdersOf(
          tx,
          user,
          rows.map(({ id }) => id),
        );
        const facts = await factsOfPeople(tx, [...new Set(holders.map(({ id }) => id))], now);
        const categories = await readCategories(tx);
        const posts = rows.flatMap((row) => {
          const needs = needsOf({ ...row, ...listsOf(row) });
          if (needs.length === 0) return [];
          const people = holders.filter(({ post }) => post === row.id);
          const cells = needs.map((need) => {
            const met = people
              .map(({ id }) => meets(need, facts.get(id) ?? [], now, timeZone))
              .filter((one) => one.met);
            return {
              ...shownNeed(need, categories),
              met: met.length,
              ending: met.filter(({ until }) => until !== null && until <= soon).length,
              lacking: people.length - met.length,
            };
          });
          return [{ id: row.id, name: row.name, code: row.code, holders: people.length, cells }];
        });
        return { today, posts };
      }),

    /** Each holder of a post against each of its needs. */
    ofPost: (user: User, id: string): Promise<z.infer<typeof postGaps>> =>
      units.run(user, async ({ tx }) => {
        const row = await tx.post.findFirst({ where: { id } });
        if (!row) throw new Problem('post.unknown');
        const now = new Date();
        const needs = needsOf({ ...row, ...listsOf(row) });
        const holders = await holdersOf(tx, user, [id]);
        const facts = await factsOfPeople(
          tx,
          holders.map((one) => one.id),
          now,
        );
        const categories = await readCategories(tx);
        return {
          today: todayAt(now),
          needs: needs.map((need) => shownNeed(need, categories)),
          people: holders.map(({ post: _, ...person }) => ({
            person,
            cells: needs.map((need) => {
              const { met, code, until } = meets(need, facts.get(person.id) ?? [], now, timeZone);
              return { met, code, until };
            }),
          })),
        };
      }),
  };
}
