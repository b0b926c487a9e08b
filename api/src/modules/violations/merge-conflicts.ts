import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { MergeFacts } from '../../platform/facts.ts';
import { idsOfPersonSql } from '../people/merged.ts';

/** An account must not judge its own person's violations, under either of the two files. */
export const merge: MergeFacts = {
  async conflicts(tx, { from, into }) {
    const people = Prisma.sql`(SELECT id FROM ${idsOfPersonSql(from)} AS f UNION SELECT id FROM ${idsOfPersonSql(into)} AS i)`;
    const [found] = await sqlIn(tx)<{ count: number }>(Prisma.sql`
      SELECT count(*)::int AS count FROM violation v JOIN app_user u ON u.id = v.reviewed_by
      WHERE u.person_id IN ${people} AND (v.person_id IN ${people}
        OR EXISTS (SELECT 1 FROM violation_candidate c WHERE c.violation_id = v.id AND c.person_id IN ${people}))`);
    if (!found || found.count === 0) return [];
    return [
      {
        code: 'own-verdicts',
        blocks: false,
        text: {
          zh: `其中一份档案的账号核定过 ${found.count} 条涉及另一份档案的违章：合并后即为核定本人，请由他人重新核定`,
          en: `The account of one file decided on ${found.count} violations that may be of the other one: these are own cases then, have another person review them again`,
        },
      },
    ];
  },
};
