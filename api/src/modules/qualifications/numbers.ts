import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { SealedTable } from '../../platform/sealed/rotation.ts';
import type { Sealed, SealedPlace } from '../../platform/sealed/sealed.ts';
import { masks, normaliseNationalId, wrongNationalId } from '../people/identity.ts';
import { createSensitive } from '../people/sensitive.ts';

const CLASS = 'person';
const TABLE = 'qualification';

/** For key rotation. */
export const sealedQualifications: SealedTable = {
  dataClass: CLASS,
  table: TABLE,
  rowId: 'id',
  columns: [{ sealed: 'number_sealed' }, { sealed: 'detail_sealed' }],
};

export type SealedField = 'number' | 'detail';
const columns = { number: 'number_sealed', detail: 'detail_sealed' } as const;

/** Placeholder where the key is missing: the field has a value. */
const UNREADABLE = '***';

/** The identity number in the number of a certificate, such as `T320…`; null where there is none. */
export function identityIn(number: string): string | null {
  const text = normaliseNationalId(number);
  for (let at = 0; at + 18 <= text.length; at++) {
    const id = text.slice(at, at + 18);
    if (wrongNationalId(id) === null) return id;
  }
  return null;
}

/** The only access to sealed numbers and details of qualifications. */
export function createNumbers(sealed: Sealed) {
  const sensitive = createSensitive(sealed);
  const placeOf = (tenant: string, row: string, field: SealedField): SealedPlace => ({
    tenant,
    dataClass: CLASS,
    table: TABLE,
    column: columns[field],
    row,
  });
  return {
    seal: (tx: Transaction, tenant: string, row: string, field: SealedField, plain: string) =>
      sealed.seal(tx, placeOf(tenant, row, field), plain),
    open: (tx: Transaction, tenant: string, row: string, field: SealedField, value: string) =>
      sealed.open(tx, placeOf(tenant, row, field), value),

    /**
     * The columns of a number: sealed where it holds an identity number.
     *
     * @throws Problem `qualification.other-person` where that is not the person's own.
     */
    async columnsOf(
      tx: Transaction,
      tenant: string,
      row: { id: string; personId: string },
      number: string | null,
    ): Promise<{ number: string | null; numberSealed: string | null }> {
      const identity = number === null ? null : identityIn(number);
      if (number === null || identity === null) return { number, numberSealed: null };
      const people = await sensitive.find(tx, tenant, 'nationalId', identity);
      const hasOwn = (await sensitive.masked(tx, tenant, [row.personId])).get(row.personId);
      const isOther = !people.includes(row.personId) && (people.length > 0 || hasOwn?.nationalId);
      if (isOther) throw new Problem('qualification.other-person');
      const plain = normaliseNationalId(number);
      const value = await sealed.seal(tx, placeOf(tenant, row.id, 'number'), plain);
      return { number: null, numberSealed: value };
    },

    /** The number as it is shown: what is sealed is masked. */
    async shown(
      tx: Transaction,
      tenant: string,
      row: { id: string; number: string | null; numberSealed: string | null },
    ): Promise<string | null> {
      if (row.numberSealed === null) return row.number;
      try {
        const plain = await sealed.open(tx, placeOf(tenant, row.id, 'number'), row.numberSealed);
        const identity = identityIn(plain);
        return identity === null
          ? masks.nationalId(plain)
          : plain.replace(identity, masks.nationalId(identity));
      } catch {
        // A missing key must not block the rest of the record.
        return UNREADABLE;
      }
    },
  };
}

export type Numbers = ReturnType<typeof createNumbers>;
