import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import { requireVersion } from '../../platform/kit/save.ts';
import { readPurgers } from '../facts.ts';
import { leastTerms } from './least-terms.ts';
import type { Policy, PolicyInput } from './schema.ts';

type User = Caller & { account: Account };
type Text = { zh: string; en: string };

/** The newest version of each entry of the data register. */
export async function register(tx: Transaction): Promise<Policy[]> {
  const rows = await tx.dataPolicy.findMany({
    distinct: ['id'],
    orderBy: [{ id: 'asc' }, { version: 'desc' }],
  });
  const purged = new Set((await readPurgers()).map(({ policy }) => policy));
  const departments = await tx.department.findMany({ select: { id: true, name: true } });
  const people = await tx.person.findMany({
    where: { id: { in: rows.flatMap(({ personId }) => personId ?? []) } },
    select: { id: true, name: true },
  });
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    name: row.name as Text,
    purpose: row.purpose as Text,
    fields: row.fields as Policy['fields'],
    classification: row.classification as Policy['classification'],
    personal: row.personal,
    sensitive: row.sensitive,
    legalBasis: row.legalBasis as Text,
    department: departments.find(({ id }) => id === row.departmentId) ?? null,
    person: people.find(({ id }) => id === row.personId) ?? null,
    usedBy: row.usedBy,
    retentionDays: row.retentionDays,
    retentionSource: row.retentionSource as Text,
    certainty: row.certainty as Policy['certainty'],
    storage: row.storage as Text,
    purged: row.retentionDays !== null && purged.has(row.id),
    createdAt: row.createdAt.toISOString(),
  }));
}

/** Processing register: data, purpose, owner, users, storage and term. */
export function createRegister({ units }: { units: Units }) {
  return {
    list: (user: User): Promise<{ items: Policy[] }> =>
      units.run(user, async ({ tx }) => ({ items: await register(tx) })),

    history: (
      user: User,
      id: string,
    ): Promise<{ items: { version: number; createdAt: string }[] }> =>
      units.run(user, async ({ tx }) => {
        const rows = await tx.dataPolicy.findMany({ where: { id }, orderBy: { version: 'desc' } });
        if (rows.length === 0) throw new Problem('privacy.unknown');
        return {
          items: rows.map(({ version, createdAt }) => ({
            version,
            createdAt: createdAt.toISOString(),
          })),
        };
      }),

    /** A change is a new version: a purge refers to the one that it applied. */
    put(user: User, id: string, given: PolicyInput): Promise<Policy> {
      return units.run(user, async (unit) => {
        const { tx } = unit;
        const before = (await register(tx)).find((one) => one.id === id);
        requireVersion('privacy.version-conflict', before, given.version);
        const { departmentId, personId } = given;
        if (departmentId && !(await tx.department.findFirst({ where: { id: departmentId } }))) {
          throw new Problem('department.unknown');
        }
        if (
          personId &&
          !(await tx.person.findFirst({ where: { id: personId, status: 'active' } }))
        ) {
          throw new Problem('person.unknown');
        }
        const least = leastTerms.get(id);
        if (least && given.retentionDays !== null && given.retentionDays < least.days) {
          const fault = fieldError(
            'body.retentionDays',
            `须不少于 ${least.days} 天：${least.why.zh}`,
            `must be ${least.days} or more: ${least.why.en}`,
          );
          const detail = `${fault.field}: ${fault.message}`;
          throw new Problem('request.invalid', detail, { errors: [fault] });
        }
        const { version, ...fields } = given;
        const { count } = await tx.dataPolicy.createMany({
          data: [
            {
              tenantId: user.tenant,
              id,
              version: version + 1,
              ...fields,
              createdBy: user.account.id,
            },
          ],
          skipDuplicates: true,
        });
        if (count === 0) throw new Problem('privacy.version-conflict');
        await unit.audit({
          action: before ? 'update' : 'create',
          entity: 'data-policy',
          id,
          before: before ?? null,
          after: fields,
        });
        const after = (await register(tx)).find((one) => one.id === id);
        if (!after) throw new Problem('privacy.unknown');
        return after;
      });
    },
  };
}
