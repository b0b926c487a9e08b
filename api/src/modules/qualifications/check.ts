import type { z } from 'zod';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { versionConflict } from '../../platform/kit/save.ts';
import { hold } from './changing.ts';
import type { Refresh } from './obligations.ts';
import { QUALIFICATION, type Records } from './records.ts';
import type { checkBody, QualificationView } from './schema.ts';
import type { Tell } from './tell.ts';

/** The check of a second person on what people sent of their own. */
export function createChecks(options: {
  units: Units;
  records: Records;
  tell: Tell;
  refresh: Refresh;
}) {
  const { units, records, tell, refresh } = options;
  return {
    /**
     * @throws Problem `qualification.own` for the person and for the account that sent it,
     *   `qualification.not-now` where another person decided meanwhile.
     */
    decide: (
      user: User,
      id: string,
      { version, decision, reason }: z.infer<typeof checkBody>,
    ): Promise<QualificationView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        await hold(tx, id);
        const row = await records.within(tx, user.account, 'qualification:check', id);
        if (records.isOwn(user.account, row) || row.enteredBy === user.account.id) {
          throw new Problem('qualification.own');
        }
        const current = await records.showOne(tx, user, id);
        if (row.status !== 'waiting') {
          throw new Problem('qualification.not-now', undefined, { current });
        }
        if (row.version !== version) {
          throw versionConflict('qualification.version-conflict', current);
        }
        const status = decision === 'accept' ? 'counted' : 'refused';
        await tx.qualification.updateMany({
          where: { id },
          data: {
            status,
            checkedBy: user.account.id,
            checkedAt: new Date(),
            checkReason: reason,
            version: version + 1,
          },
        });
        await unit.audit({
          action: decision === 'accept' ? 'qualification-accept' : 'qualification-refuse',
          entity: QUALIFICATION,
          id,
          person: row.personId,
          reason,
        });
        const { personId: person, type, category } = row;
        const data = { qualification: id, person, type, category };
        const what = decision === 'accept' ? 'accepted' : 'refused';
        await unit.emit({ entity: QUALIFICATION, what, subject: id, data });
        const shown = await records.showOne(tx, user, id);
        await tell.checked(unit, shown);
        await refresh(unit, row);
        return shown;
      }),
  };
}
