import type { Transaction } from '../../platform/db/database.ts';
import type { Values } from '../../platform/imports/types.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type { What } from './import-cells.ts';
import type { Holder } from './import-people.ts';
import { compact, type Numbers } from './numbers.ts';
import type { Records, Row } from './records.ts';

/** What is on record of a row. */
export interface OnRecord {
  /** The record that the row names; null where it names none. */
  row: Row | null;
  /** A record of the same number was issued earlier: the row is its renewal. */
  isRenewal: boolean;
}

/**
 * The certificates of some people, as rows name them: by person, type, category and number, or without
 * a number where the row has none. A later day of issue is a renewal, which is a record of its own.
 */
export async function readRecords(
  tx: Transaction,
  tenant: string,
  parts: { records: Records; numbers: Numbers },
  people: readonly string[],
): Promise<(holder: Holder, what: What, values: Values) => OnRecord> {
  const rows = await tx.qualification.findMany({
    where: {
      personId: { in: [...new Set(people)] },
      status: { in: ['counted', 'waiting'] },
      revokedAt: null,
      type: { not: 'fitness' },
    },
    include: parts.records.include,
    orderBy: [{ issuedOn: { sort: 'desc', nulls: 'last' } }, { id: 'desc' }],
  });
  const known = new Map<string, Row[]>();
  const keyOf = (person: string, { type, category }: What, number: string | null) =>
    [person, type, category, number === null ? '' : compact(number)].join('|');
  for (const row of rows) {
    const number = await parts.numbers.plain(tx, tenant, row);
    const key = keyOf(row.personId, row as unknown as What, number);
    known.set(key, [...(known.get(key) ?? []), row]);
  }
  return (holder, what, values) => {
    const same = known.get(keyOf(holder.id, what, values.number ?? null)) ?? [];
    const [newest] = same;
    const { issuedOn } = values;
    const exact = same.find((row) => dayText(row.issuedOn) === issuedOn);
    if (!newest || !issuedOn || exact) {
      return { row: exact ?? newest ?? null, isRenewal: false };
    }
    const last = dayText(newest.issuedOn);
    const isRenewal = last !== null && issuedOn > last;
    // One of before the newest is a record of its own: the file lists old ones, too.
    return { row: last === null ? newest : null, isRenewal };
  };
}
