import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { EvidenceFound } from '../violations/evidence.ts';
import type { ViolationsService } from '../violations/service.ts';
import { decides, readsFileOf, seesEvidenceOf } from './reach.ts';
import { type EntryRow, findEntry, noteOpened, violationsInForce, withHistory } from './rows.ts';
import type { Entry, EntryPage, EntryQuery } from './schema.ts';
import { showEntries } from './show.ts';

const byTime = listOrder('safety entries by time', 'desc', { startedAt: 'time', id: 'id' });

/**
 * An entry that the account may see: of its own file, of a file within its reach, or one that an open objection asks it
 * to decide about.
 *
 * @throws Problem `safety-entry.unknown`.
 */
export async function visibleEntry(
  tx: Transaction,
  account: Account,
  id: string,
): Promise<EntryRow> {
  const row = await findEntry(tx, id);
  if (!row || !(decides(account, row) || (await readsFileOf(tx, account, row.personId)))) {
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
    unit: Unit,
    account: Account,
    person: string,
    { cursor, limit }: EntryQuery,
  ): Promise<EntryPage> {
    const { tx } = unit;
    const found = await tx.safetyEntry.findMany({
      where: { AND: [{ personId: person }, byTime.beyond(byTime.after(cursor))] },
      include: withHistory,
      orderBy: byTime.by(),
      take: limit + 1,
    });
    const { rows, next } = byTime.page(found, limit);
    const seen = account.person === person ? await noteOpened(unit, rows) : rows;
    const items = await showEntries(tx, account, seen);
    return { items, next, inForce: (await violationsInForce(tx, [person])).length };
  }

  return {
    /** @throws Problem `person.unknown` where the account does not read the file. */
    ofPerson: (user: User, person: string, query: EntryQuery): Promise<EntryPage> =>
      units.run(user, async (unit) => {
        const { tx, audit } = unit;
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
        return pageOf(unit, user.account, person, query);
      }),

    /** The own file; empty for an account of no person. */
    own: (user: User, query: EntryQuery): Promise<EntryPage> =>
      units.run(user, (unit) => pageOf(unit, user.account, user.account.person ?? '', query)),

    get: (user: User, id: string): Promise<Entry> =>
      units.run(user, async (unit) => {
        const { tx, audit } = unit;
        const row = await visibleEntry(tx, user.account, id);
        await audit({ action: 'view', entity: 'safety-entry', id, person: row.personId });
        const isOwn = user.account.person === row.personId;
        const seen = isOwn ? await noteOpened(unit, [row]) : [row];
        return (await showEntries(tx, user.account, seen))[0] as Entry;
      }),

    /**
     * The picture or clip with blurred faces. Of what does not count any more it may be another person's act: then it is
     * for those alone who may see the violation.
     *
     * @throws Problem `safety-entry.evidence-closed`, or with the reason where there is none.
     */
    async evidence(user: User, id: string, which: 'snapshot' | 'clip'): Promise<EvidenceFound> {
      const row = await units.run(user, async ({ tx }) => {
        const found = await visibleEntry(tx, user.account, id);
        const sees = await seesEvidenceOf(tx, user.account, [found]);
        if (!sees.has(id)) throw new Problem('safety-entry.evidence-closed');
        return found;
      });
      return violations.evidenceOf(user, row.violationId, which, { entity: 'safety-entry', id });
    },
  };
}
