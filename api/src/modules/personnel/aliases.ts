import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { personWithin } from '../people/service.ts';
import type { AliasInput, AliasView } from './schema.ts';

const listOf = async (tx: Transaction, person: string): Promise<{ items: AliasView[] }> => {
  const rows = await tx.personAlias.findMany({
    where: { personId: person },
    orderBy: [{ system: 'asc' }, { externalId: 'asc' }],
  });
  const items = rows.map(({ id, system, externalId, statedAt, createdAt }) => ({
    id,
    system,
    externalId,
    statedAt: statedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  }));
  return { items };
};

/** What other systems call a person. */
export const createAliases = ({ units }: { units: Units }) => ({
  list: (user: User, person: string) =>
    units.run(user, async ({ tx }) => {
      await personWithin(tx, user.account, 'person:read', person);
      return listOf(tx, person);
    }),

  /** @throws Problem `alias.taken` where it is another person's. */
  add: (user: User, person: string, key: AliasInput) =>
    units.run(user, async (unit) => {
      const { tx } = unit;
      await personWithin(tx, user.account, 'person:manage', person);
      const known = await tx.personAlias.findFirst({ where: key });
      if (known && known.personId !== person) throw new Problem('alias.taken');
      if (!known) {
        const id = newId();
        await tx.personAlias.create({
          data: { tenantId: user.tenant, id, personId: person, ...key },
        });
        await unit.audit({ action: 'create', entity: 'person-alias', id, person, after: key });
      }
      return listOf(tx, person);
    }),

  remove: (user: User, person: string, id: string): Promise<void> =>
    units.run(user, async (unit) => {
      const { tx } = unit;
      await personWithin(tx, user.account, 'person:manage', person);
      const row = await tx.personAlias.findFirst({ where: { id, personId: person } });
      if (!row) throw new Problem('alias.unknown');
      await tx.personAlias.deleteMany({ where: { id } });
      const { system, externalId } = row;
      const before = { system, externalId };
      await unit.audit({ action: 'delete', entity: 'person-alias', id, person, before });
    }),

  /** The person whom a system calls so. @throws Problem `alias.unknown`, also out of reach. */
  find: (user: User, { system, externalId }: AliasInput) =>
    units.run(user, async ({ tx }) => {
      const alias = await tx.personAlias.findFirst({
        where: { system, externalId },
        select: {
          person: {
            select: {
              id: true,
              employeeNo: true,
              name: true,
              department: { select: { id: true, name: true, site: true } },
            },
          },
        },
      });
      const found = alias?.person;
      const belonging = found && {
        person: found.id,
        department: found.department.id,
        site: found.department.site,
      };
      if (!belonging || !isWithin(user.account, reachOf(user.account, 'person:read'), belonging)) {
        throw new Problem('alias.unknown');
      }
      const { id, employeeNo, name, department } = found;
      return {
        id,
        employeeNo,
        name,
        department: { id: department.id, name: department.name as { zh: string; en: string } },
      };
    }),
});
export type Aliases = ReturnType<typeof createAliases>;
