import { DateTime } from 'luxon';
import { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { KindRules } from './gate.ts';

/** A qualification is expiring within this many days. */
export const SOON_DAYS = 60;

/** The tenant's dictionaries, for the gate. */
export interface SupplierWords {
  kinds: ReadonlyMap<string, KindRules & { active: boolean }>;
  qualifications: ReadonlyMap<string, Bilingual>;
  active: { kinds: ReadonlySet<string>; qualifications: ReadonlySet<string> };
}

export async function readWords(tx: Transaction): Promise<SupplierWords> {
  const kinds = await wordsIn(tx, 'supplier-kind');
  const qualifications = await wordsIn(tx, 'supplier-qualification');
  const offered = (list: typeof kinds) =>
    new Set(list.filter(({ active }) => active).map(({ id }) => id));
  return {
    kinds: new Map(
      kinds.map(({ id, name, data, active }) => [
        id,
        {
          name,
          active,
          requires: groupsOf(data.requires),
          testsRequired: (data.testsRequired ?? false) !== false,
        },
      ]),
    ),
    qualifications: new Map(qualifications.map(({ id, name }) => [id, name])),
    active: { kinds: offered(kinds), qualifications: offered(qualifications) },
  };
}

const groups = z.array(z.array(z.string()).min(1));

/** Tenants edit the dictionary: `[]` requires nothing; anything but a list of lists is no rule. */
const groupsOf = (value: unknown): string[][] | null => groups.safeParse(value).data ?? null;

/** The rules of a kind. One that was removed from the dictionary has none: nothing is cleared. */
export const rulesOf = ({ kinds }: SupplierWords, kind: string): KindRules =>
  kinds.get(kind) ?? { name: { zh: kind, en: kind }, requires: null, testsRequired: true };

/** @throws Problem `supplier.word-unknown` where it is not active. */
export function requireWord(
  { active }: SupplierWords,
  dictionary: 'kinds' | 'qualifications',
  id: string,
): void {
  if (!active[dictionary].has(id)) {
    throw new Problem('supplier.word-unknown', undefined, {
      errors: [fieldError('kind', `“${id}”不可选。`, `"${id}" is not offered.`)],
    });
  }
}

/** Today at the plant, and the last day of the expiry warning. */
export function daysAt(timeZone: string, now = new Date()): { today: string; soon: string } {
  const today = DateTime.fromJSDate(now, { zone: timeZone });
  return {
    today: today.toISODate() as string,
    soon: today.plus({ days: SOON_DAYS }).toISODate() as string,
  };
}
