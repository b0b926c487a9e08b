import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { EvidenceFound } from '../violations/evidence.ts';
import type { ViolationsService } from '../violations/service.ts';
import { type EntryRow, findEntry, violationsInForce, withHistory } from './rows.ts';
import type { Entry, EntryPage, EntryQuery } from './schema.ts';
import { showEntries } from './show.ts';

const byTime = listOrder('safety entries by time', 'desc', { startedAt: 'time', id: 'id' });

/** Whether an account reads the file of a person: the own one, or within the reach of violations by the person's place. */
export async function readsFileOf(
  tx: Transaction,
  account: Account,
  person: string,
): Promise<boolean> {
  if (account.person === person) return true;
  if (!account.permissions.has('violation:read')) return false;
  const row = await tx.person.findFirst({
    where: { id: person },
    select: { departmentId: true, department: { select: { site: true } } },
  });
  if (!row) return false;
  return isWithin(account, reachOf(account, 'violation:read'), {
    person,
    department: row.departmentId,
    site: row.department.site,
  });
}

/**
 * An entry that the account may see: of its own file, of a file within its reach, or one that an objection asks it to
 * decide about.
 *
 * @throws Problem `safety-entry.unknown`.
 */
export async function visibleEntry(
  tx: Transaction,
  account: Account,
  id: string,
): Promise<EntryRow> {
  const row = await findEntry(tx, id);
  const decides = row?.objection != null && account.permissions.has('objection:decide');
  if (!row || !(decides || (await readsFileOf(tx, account, row.personId)))) {
    throw new Problem('safety-entry.unknown');
  }
  return row;
}

export type Entries = ReturnType<typeof createEntries>;

/** The file of a person: its violations, as those see them who may, and as the person does. */
export function createEntries(parts: {
  units: Units;
  violations: Pick<ViolationsService, 'evidenceOf'>;
}) {
  const { units, violations } = parts;

  async function pageOf(
    tx: Transaction,
    account: Account,
    person: string,
    { cursor, limit }: EntryQuery,
  ): Promise<EntryPage> {
    const found = await tx.safetyEntry.findMany({
      where: { AND: [{ personId: person }, byTime.beyond(byTime.after(cursor))] },
      include: withHistory,
      orderBy: byTime.by(),
      take: limit + 1,
    });
    const { rows, next } = byTime.page(found, limit);
    const items = await showEntries(tx, account, rows);
    return { items, next, inForce: (await violationsInForce(tx, [person])).length };
  }

  return {
    /** @throws Problem `person.unknown` where the account does not read the file. */
    ofPerson: (user: User, person: string, query: EntryQuery): Promise<EntryPage> =>
      units.run(user, async ({ tx, audit }) => {
        if (!(await readsFileOf(tx, user.account, person))) throw new Problem('person.unknown');
        if (query.cursor === undefined) {
          await audit({
            action: 'view',
            entity: 'person',
            id: person,
            person,
            after: { what: 'violations' },
          });
        }
        return pageOf(tx, user.account, person, query);
      }),

    /** The own file; empty for an account of no person. */
    own: (user: User, query: EntryQuery): Promise<EntryPage> =>
      units.run(user, ({ tx }) => pageOf(tx, user.account, user.account.person ?? '', query)),

    get: (user: User, id: string): Promise<Entry> =>
      units.run(user, async ({ tx, audit }) => {
        const row = await visibleEntry(tx, user.account, id);
        await audit({ action: 'view', entity: 'safety-entry', id, person: row.personId });
        return (await showEntries(tx, user.account, [row]))[0] as Entry;
      }),

    /** The picture or clip with blurred faces. @throws Problem with the reason where there is none. */
    async evidence(user: User, id: string, which: 'snapshot' | 'clip'): Promise<EvidenceFound> {
      const row = await units.run(user, ({ tx }) => visibleEntry(tx, user.account, id));
      return violations.evidenceOf(user, row.violationId, which, { entity: 'safety-entry', id });
    },
  };
}
