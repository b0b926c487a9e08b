import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { remainingOfAll } from '../people/merged.ts';

/** A person of a row. */
export interface Holder {
  id: string;
  name: string;
  hasLeft: boolean;
}

/**
 * The people whom a file names by their employee number, or by what another system calls them; those out
 * of reach are left out. The number of a file that was joined is that of the person whose file remains.
 */
export async function findHolders(
  tx: Transaction,
  account: Account,
  words: readonly string[],
): Promise<ReadonlyMap<string, Holder>> {
  const wanted = [...new Set(words)];
  const numbers = await tx.person.findMany({
    where: { employeeNo: { in: wanted } },
    select: { id: true, employeeNo: true },
  });
  const aliases = await tx.personAlias.findMany({
    where: { externalId: { in: wanted } },
    select: { personId: true, externalId: true },
  });
  const named = new Map<string, Set<string>>();
  const add = (word: string, id: string) => named.set(word, (named.get(word) ?? new Set()).add(id));
  for (const { externalId, personId } of aliases) add(externalId, personId);
  // An employee number counts before a name of another system.
  for (const { employeeNo, id } of numbers) named.set(employeeNo, new Set([id]));
  const ids = [...named.values()].flatMap((some) => [...some]);
  const remaining = await remainingOfAll(tx, ids);
  const rows = await tx.person.findMany({
    where: { id: { in: [...new Set(remaining.values())] } },
    select: {
      id: true,
      name: true,
      status: true,
      department: { select: { id: true, site: true } },
    },
  });
  const reach = reachOf(account, 'qualification:manage');
  const within = new Map(
    rows
      .filter(({ id, department }) =>
        isWithin(account, reach, { person: id, department: department.id, site: department.site }),
      )
      .map(({ id, name, status }) => [id, { id, name, hasLeft: status === 'left' }]),
  );
  return new Map(
    [...named].flatMap(([word, some]) => {
      const people = new Set([...some].map((id) => remaining.get(id) ?? id));
      const [id] = people;
      // Two systems may call two people alike.
      const holder = people.size === 1 && id !== undefined ? within.get(id) : undefined;
      return holder ? [[word, holder] as const] : [];
    }),
  );
}
