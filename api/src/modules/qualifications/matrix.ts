import { DateTime } from 'luxon';
import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { readTogether } from '../../platform/db/readings.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import type { User } from '../../platform/kit/routes.ts';
import { readRequirements } from '../match/requirement.ts';
import { listsOf, type PostRow } from '../posts/records.ts';
import { coursesPassedBy, readCourses } from '../training/records.ts';
import { courseNeeds, type Met, meets, meetsCourse, type Need, needsOf } from './needs.ts';
import { factsOfPeople } from './person-facts.ts';
import type { Matrix, matrixQuery, postGaps } from './schema.ts';
import { dayAfter } from './state.ts';
import { readCategories } from './words.ts';

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

  /** What posts ask for: their own list, and the courses that their machines and areas ask for. */
  async function needsReader(tx: Transaction): Promise<(post: PostRow) => Need[]> {
    const places = new Map(
      (await readRequirements(tx)).map((row) => [`${row.target}:${row.targetId}`, row.courses]),
    );
    return (post) => {
      const at = [
        ...post.machines.map((id) => `machine:${id}`),
        ...post.areas.map((id) => `area:${id}`),
      ];
      const courses = [...post.courses, ...at.flatMap((place) => places.get(place) ?? [])];
      return [...needsOf({ ...post, ...listsOf(post) }), ...courseNeeds(courses)];
    };
  }

  async function namer(tx: Transaction) {
    const categories = await readCategories(tx);
    const courses = await readCourses(tx);
    return ({ type, category, level }: Need) => ({
      type,
      category,
      level,
      categoryName:
        category === null
          ? null
          : type === 'training'
            ? courses.name(category)
            : categories.name(type, category),
    });
  }

  /** Whether people meet needs now, by qualifications and courses. */
  async function judge(
    tx: Transaction,
    people: readonly string[],
    needs: readonly Need[],
    now: Date,
  ): Promise<(need: Need, person: string) => Met> {
    const facts = await factsOfPeople(tx, people, now);
    const asked = needs.flatMap(({ type, category }) =>
      type === 'training' && category !== null ? [category] : [],
    );
    const { passes } = await readTogether(
      tx,
      { passes: asked.length === 0 ? null : coursesPassedBy(people, asked, now) },
      { apart: true },
    );
    const passesOf = new Map<string, typeof passes>();
    for (const one of passes) {
      passesOf.set(one.person, [...(passesOf.get(one.person) ?? []), one]);
    }
    return (need, person) =>
      need.type === 'training'
        ? meetsCourse(need, passesOf.get(person) ?? [], todayAt(now))
        : meets(need, facts.get(person) ?? [], now, timeZone);
  }

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
        const needsFor = await needsReader(tx);
        const asking = rows.map((row) => ({ row, needs: needsFor(row) }));
        const met = await judge(
          tx,
          [...new Set(holders.map(({ id }) => id))],
          asking.flatMap(({ needs }) => needs),
          now,
        );
        const shown = await namer(tx);
        const posts = asking.flatMap(({ row, needs }) => {
          if (needs.length === 0) return [];
          const people = holders.filter(({ post }) => post === row.id);
          const cells = needs.map((need) => {
            const meeting = people.map(({ id }) => met(need, id)).filter((one) => one.met);
            return {
              ...shown(need),
              met: meeting.length,
              ending: meeting.filter(({ until }) => until !== null && until <= soon).length,
              lacking: people.length - meeting.length,
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
        const needs = (await needsReader(tx))(row);
        const holders = await holdersOf(tx, user, [id]);
        const people = holders.map((one) => one.id);
        const met = await judge(tx, people, needs, now);
        return {
          today: todayAt(now),
          needs: needs.map(await namer(tx)),
          people: holders.map(({ post: _, ...person }) => ({
            person,
            cells: needs.map((need) => {
              const { met: isMet, code, until } = met(need, person.id);
              return { met: isMet, code, until };
            }),
          })),
        };
      }),
  };
}
