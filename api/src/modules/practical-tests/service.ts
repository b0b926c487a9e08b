import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { dayDate } from '../../platform/kit/schemas.ts';
import { dayAt } from '../../platform/rules/rule-at.ts';
import { personWithin } from '../people/service.ts';
import { readCategories } from '../qualifications/words.ts';
import { PRACTICAL_TEST, testsOf } from './records.ts';
import type { Revocation, TestInput, TestList } from './schema.ts';

export type PracticalTests = ReturnType<typeof createPracticalTests>;

/**
 * Practical tests that people passed: after six months off a trade the law asks for one before the work. Who keeps the
 * qualifications enters and revokes them, never their own.
 *
 * @param parts.timeZone of the plant: no test is passed tomorrow.
 */
export function createPracticalTests({ units, timeZone }: { units: Units; timeZone: string }) {
  const tell = async (
    unit: Unit,
    what: 'created' | 'revoked',
    { id, person, category }: { id: string; person: string; category: string },
  ) => unit.emit({ entity: PRACTICAL_TEST, what, subject: id, data: { person, category } });

  return {
    ofPerson: (user: User, person: string): Promise<TestList> =>
      units.run(user, async ({ tx }) => {
        await personWithin(tx, user.account, 'qualification:read', person);
        return testsOf(tx, user.account, person);
      }),

    own: (user: User): Promise<TestList> =>
      units.run(user, async ({ tx }) =>
        user.account.person === null
          ? { items: [] }
          : testsOf(tx, user.account, user.account.person),
      ),

    /** @throws Problem `practical-test.own`, `practical-test.future`, `qualification.category-unknown`. */
    add: (user: User, person: string, given: TestInput): Promise<TestList> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await personWithin(tx, user.account, 'qualification:manage', person);
        if (user.account.person === person) throw new Problem('practical-test.own');
        if (row.status === 'left') throw new Problem('person.left');
        const { category, passedOn, source } = given;
        (await readCategories(tx)).require('special-work', category);
        if (passedOn > dayAt(new Date(), timeZone)) {
          const error = fieldError('passedOn', '晚于今天', 'lies in the future');
          throw new Problem('practical-test.future', undefined, { errors: [error] });
        }
        const id = newId();
        await tx.practicalTest.create({
          data: {
            tenantId: user.tenant,
            id,
            personId: person,
            category,
            passedOn: dayDate(passedOn),
            source,
            enteredBy: user.account.id,
          },
        });
        await unit.audit({ action: 'create', entity: PRACTICAL_TEST, id, person, after: given });
        await tell(unit, 'created', { id, person, category });
        return testsOf(tx, user.account, person);
      }),

    /** @throws Problem `practical-test.unknown`, `practical-test.own`, `practical-test.version-conflict`. */
    revoke: (user: User, id: string, { version, reason }: Revocation): Promise<TestList> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await tx.practicalTest.findFirst({ where: { id } });
        if (!row) throw new Problem('practical-test.unknown');
        const { personId: person, category } = row;
        await personWithin(tx, user.account, 'qualification:manage', person).catch(() => {
          throw new Problem('practical-test.unknown');
        });
        if (user.account.person === person) throw new Problem('practical-test.own');
        const { count } = await tx.practicalTest.updateMany({
          where: { id, version, revokedAt: null },
          data: {
            revokedAt: new Date(),
            revokedBy: user.account.id,
            revokeReason: reason,
            version: version + 1,
          },
        });
        if (count === 0) throw new Problem('practical-test.version-conflict');
        const line = { action: 'practical-test-revoke', entity: PRACTICAL_TEST, id } as const;
        await unit.audit({ ...line, person, reason });
        await tell(unit, 'revoked', { id, person, category });
        return testsOf(tx, user.account, person);
      }),
  };
}
