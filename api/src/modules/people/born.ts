import type { Transaction } from '../../platform/db/database.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { createSensitive } from './sensitive.ts';

/** The day of birth that stands in an identity number of 18 characters. */
const bornIn = (nationalId: string): string | null => {
  const [, year, month, date] = /^\d{6}(\d{4})(\d{2})(\d{2})/.exec(nationalId) ?? [];
  return year === undefined ? null : `${year}-${month}-${date}`;
};

/** Days of birth, for work that the law allows from an age on only. The numbers themselves stay sealed. */
export interface PeopleBirths {
  /** By the id of the person; left out where no identity number is kept, or its key is missing. */
  bornOn(tx: Transaction, tenant: string, people: readonly string[]): Promise<Map<string, string>>;
}

export function createBirths(sealed: Sealed): PeopleBirths {
  const sensitive = createSensitive(sealed);
  return {
    async bornOn(tx, tenant, people) {
      const numbers = await sensitive.revealAll(tx, tenant, people, 'nationalId');
      const found = new Map<string, string>();
      for (const [personId, number] of numbers) {
        const born = bornIn(number);
        if (born !== null) found.set(personId, born);
      }
      return found;
    },
  };
}
