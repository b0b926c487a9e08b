import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { SealedTable } from '../../platform/sealed/rotation.ts';
import type { Sealed, SealedPlace } from '../../platform/sealed/sealed.ts';
import { masks, wrongNationalId } from '../people/identity.ts';
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

/** As it is compared: full-width characters as plain ones, only letters and digits, in upper case. */
export const compact = (number: string): string =>
  number
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase();

/**
 * So many digits in a row may be an identity number: one of the old form, or a mistyped one of 18 characters. A
 * longer number of a certificate is sealed as well, which does no harm.
 */
const LIKE_IDENTITY = /\d{15,}X?/g;

/** The identity number in the number of a certificate, such as `T320…`; null where there is none. */
export function identityIn(number: string): string | null {
  const text = compact(number);
  for (let at = 0; at + 18 <= text.length; at++) {
    const id = text.slice(at, at + 18);
    if (wrongNationalId(id) === null) return id;
  }
  return null;
}

/** Whether a number holds what may be an identity number, well typed or not: it is sealed. */
export const isSealedNumber = (number: string): boolean =>
  compact(number).match(LIKE_IDENTITY) !== null;

/** A sealed number as others see it. */
export function maskedNumber(number: string): string {
  const text = compact(number);
  return isSealedNumber(number)
    ? text.replace(LIKE_IDENTITY, masks.nationalId)
    : masks.nationalId(text);
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
     * The columns of a number: sealed, as it was typed, where it holds what may be an identity number.
     *
     * @throws Problem `qualification.other-person` where it holds a whole one that is not the person's own.
     */
    async columnsOf(
      tx: Transaction,
      tenant: string,
      row: { id: string; personId: string },
      number: string | null,
    ): Promise<{ number: string | null; numberSealed: string | null }> {
      if (number === null || !isSealedNumber(number)) return { number, numberSealed: null };
      const identity = identityIn(number);
      if (identity !== null && (await isOthers(tx, tenant, row.personId, identity))) {
        throw new Problem('qualification.other-person');
      }
      const value = await sealed.seal(tx, placeOf(tenant, row.id, 'number'), number);
      return { number: null, numberSealed: value };
    },

    /** Whether it holds the identity number of another person. */
    async isOfAnother(
      tx: Transaction,
      tenant: string,
      person: string,
      number: string,
    ): Promise<boolean> {
      const identity = isSealedNumber(number) ? identityIn(number) : null;
      return identity !== null && (await isOthers(tx, tenant, person, identity));
    },

    /** The whole number, to compare it; null where there is none, or the key is missing. */
    async plain(
      tx: Transaction,
      tenant: string,
      row: { id: string; number: string | null; numberSealed: string | null },
    ): Promise<string | null> {
      if (row.numberSealed === null) return row.number;
      const place = placeOf(tenant, row.id, 'number');
      return sealed.open(tx, place, row.numberSealed).catch(() => null);
    },

    /** The number as it is shown: what is sealed is masked. */
    async shown(
      tx: Transaction,
      tenant: string,
      row: { id: string; number: string | null; numberSealed: string | null },
    ): Promise<string | null> {
      if (row.numberSealed === null) return row.number;
      try {
        return maskedNumber(
          await sealed.open(tx, placeOf(tenant, row.id, 'number'), row.numberSealed),
        );
      } catch {
        // A missing key must not block the rest of the record.
        return UNREADABLE;
      }
    },
  };

  async function isOthers(tx: Transaction, tenant: string, person: string, identity: string) {
    const people = await sensitive.find(tx, tenant, 'nationalId', identity);
    const hasOwn = (await sensitive.masked(tx, tenant, [person])).get(person);
    return !people.includes(person) && (people.length > 0 || Boolean(hasOwn?.nationalId));
  }
}

export type Numbers = ReturnType<typeof createNumbers>;
