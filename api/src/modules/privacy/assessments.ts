import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import { requireVersion } from '../../platform/kit/save.ts';
import type { AssessmentInput, assessmentSchema } from './schema.ts';

type User = Caller & { account: Account };
type Assessment = z.infer<typeof assessmentSchema>;
const dayOf = (date: Date) => date.toISOString().slice(0, 10);

/** PIPL article 56: the report is kept for at least three years. */
const KEPT_YEARS = 3;

/** The newest version of each. */
export async function assessments(tx: Transaction): Promise<Assessment[]> {
  const rows = await tx.impactAssessment.findMany({
    distinct: ['id'],
    orderBy: [{ id: 'asc' }, { version: 'desc' }],
  });
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    title: row.title as Assessment['title'],
    purposes: row.purposes,
    necessity: row.necessity,
    risks: row.risks as Assessment['risks'],
    measures: row.measures,
    conclusion: row.conclusion as Assessment['conclusion'],
    assessedOn: dayOf(row.assessedOn),
    keepUntil: dayOf(row.keepUntil),
    createdAt: row.createdAt.toISOString(),
  }));
}

/** Impact assessments of processing personal data (PIPL articles 55 and 56), each change a version. */
export function createAssessments({ units }: { units: Units }) {
  return {
    list: (user: User): Promise<{ items: Assessment[] }> =>
      units.run(user, async ({ tx }) => ({ items: await assessments(tx) })),

    put(user: User, id: string, given: AssessmentInput): Promise<Assessment> {
      return units.run(user, async (unit) => {
        const { tx } = unit;
        const before = (await assessments(tx)).find((one) => one.id === id);
        requireVersion('privacy.version-conflict', before, given.version);
        const { version, assessedOn, keepUntil, ...fields } = given;
        const least = new Date(assessedOn);
        least.setUTCFullYear(least.getUTCFullYear() + KEPT_YEARS);
        const until = keepUntil ? new Date(keepUntil) : least;
        if (until < least) {
          const day = dayOf(least);
          const fault = fieldError(
            'body.keepUntil',
            `须不早于 ${day}：第五十六条要求保存三年`,
            `must be ${day} or later: article 56 asks for three years`,
          );
          const detail = `${fault.field}: ${fault.message}`;
          throw new Problem('request.invalid', detail, { errors: [fault] });
        }
        const { count } = await tx.impactAssessment.createMany({
          data: [
            {
              tenantId: user.tenant,
              id,
              version: version + 1,
              ...fields,
              assessedOn: new Date(assessedOn),
              keepUntil: until,
              createdBy: user.account.id,
            },
          ],
          skipDuplicates: true,
        });
        if (count === 0) throw new Problem('privacy.version-conflict');
        await unit.audit({
          action: before ? 'update' : 'create',
          entity: 'impact-assessment',
          id,
          after: { version: version + 1, conclusion: given.conclusion, purposes: given.purposes },
        });
        const after = (await assessments(tx)).find((one) => one.id === id);
        if (!after) throw new Problem('privacy.unknown');
        return after;
      });
    },
  };
}
