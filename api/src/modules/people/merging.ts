import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { MergeConflict, MergeFacts, PossibleDouble } from '../../platform/facts.ts';

/** More pairs of one reason are not looked at: a register with so many needs another import first. */
const MOST_PAIRS = 500;
/** Maximum number of pairs with the same name whose days of birth are compared. */
const MOST_NAMES = 2_000;

/** The pairs of `open` that have a key in common, by groups: 10,000 files are read once, whatever the planner expects. */
const pairsBy = (
  reason: PossibleDouble['reason'],
  key: 'number' | 'phone, name' | 'name',
  most: number,
): Prisma.Sql => {
  // Days of birth stand in identity numbers: without one, a name alone is compared with none.
  const needed = Prisma.raw(reason === 'phone' ? 'phone' : 'number');
  return Prisma.sql`(
    SELECT a.id AS a, b.id AS b, ${reason}::text AS reason FROM (
      SELECT array_agg(id ORDER BY id) AS ids FROM open
      WHERE ${needed} IS NOT NULL GROUP BY ${Prisma.raw(key)} HAVING count(*) > 1) AS g
    CROSS JOIN LATERAL unnest(g.ids) WITH ORDINALITY AS a (id, n)
    JOIN LATERAL unnest(g.ids) WITH ORDINALITY AS b (id, n) ON a.n < b.n
    ORDER BY 1, 2 LIMIT ${most})`;
};

/** What the register of people says of two files of one person. */
export const merge: MergeFacts = {
  async doubles(tx) {
    const rows = await sqlIn(tx)<{ a: string; b: string; reason: PossibleDouble['reason'] }>(
      // The weakest reason comes last: a name that many have crowds out no other.
      Prisma.sql`
        WITH open AS MATERIALIZED (
          SELECT p.id, regexp_replace(lower(p.name), '\\s', '', 'g') AS name, s.national_id_index AS number,
            s.phone_index AS phone
          FROM person p LEFT JOIN person_sensitive s ON s.person_id = p.id
          WHERE p.merged_into IS NULL AND p.source_system <> 'erased')
        ${pairsBy('national-id', 'number', MOST_PAIRS)}
        UNION ALL ${pairsBy('phone', 'phone, name', MOST_PAIRS)}
        UNION ALL ${pairsBy('name', 'name', MOST_NAMES)}`,
    );
    return rows.map(({ a, b, reason }) => ({ people: [a, b], reason }));
  },

  async conflicts(tx, { from, into }) {
    const people = await tx.person.findMany({ where: { id: { in: [from, into] } } });
    const [gone, stays] = [from, into].map((id) => people.find((one) => one.id === id));
    const found: MergeConflict[] = [];
    if (stays?.hostId === from || gone?.hostId === into) {
      found.push({
        code: 'host',
        blocks: true,
        text: {
          zh: '一份档案是另一份的接待人：请先更换接待人',
          en: 'One of them is the host of the other: enter another host first',
        },
      });
    }
    // Files of visitors are erased by a short term, and end by themselves.
    if (stays?.kind === 'visitor' && gone?.kind !== 'visitor') {
      found.push({
        code: 'kinds',
        blocks: true,
        text: {
          zh: '保留的档案是访客档案，另一份不是：访客档案到期删除，请保留另一份',
          en: 'The file that remains is of a visitor and the other one is not: files of visitors are erased by a short term, keep the other one',
        },
      });
    }
    const plain = (name = '') => name.replace(/\s/g, '').toLowerCase();
    if (plain(stays?.name) !== plain(gone?.name)) {
      found.push({
        code: 'names',
        blocks: false,
        text: {
          zh: '两份档案的姓名不同：请确认确为一人',
          en: 'The names differ: make sure that it is one person',
        },
      });
    }
    if (stays?.status === 'left' && gone?.status !== 'left') {
      found.push({
        code: 'remaining-left',
        blocks: true,
        text: {
          zh: '保留的档案已离职，另一份在职：请保留在职的档案',
          en: 'The file that remains has left and the other one works here: keep the one that works here',
        },
      });
    }
    if (stays?.status === 'active' && gone?.status === 'active') {
      const isOther =
        stays.departmentId !== gone.departmentId ||
        stays.post !== gone.post ||
        stays.postId !== gone.postId;
      if (isOther) {
        found.push({
          code: 'posts',
          blocks: false,
          text: {
            zh: '两份档案同时在不同部门或岗位：以保留档案的为准',
            en: 'Both work here, in other departments or posts: what the remaining file says counts',
          },
        });
      }
    }
    const numbers = await tx.personSensitive.findMany({
      where: { personId: { in: [from, into] }, nationalIdIndex: { not: null } },
      select: { nationalIdIndex: true },
    });
    if (new Set(numbers.map((one) => one.nationalIdIndex)).size > 1) {
      found.push({
        code: 'national-ids',
        blocks: true,
        text: {
          zh: '两份档案的证件号不同：若其中一个录错，请先更正',
          en: 'The files have two identity numbers: where one of them is wrong, correct it first',
        },
      });
    }
    const [badges] = await sqlIn(tx)<{ count: number }>(Prisma.sql`
      SELECT count(*)::int AS count FROM badge a JOIN badge b ON b.person_id = ${into} AND b.badge <> a.badge
        AND tstzrange(a.since, a.until) && tstzrange(b.since, b.until)
      WHERE a.person_id = ${from}`);
    if ((badges?.count ?? 0) > 0) {
      found.push({
        code: 'badges',
        blocks: false,
        text: {
          zh: '两份档案在同一时段佩戴不同的工牌：合并后两个都保留，请收回其中一个',
          en: 'Both wore a badge at one time: both badges are kept, take one of them back afterwards',
        },
      });
    }
    return found;
  },
};
