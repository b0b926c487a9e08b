import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import type { SealedTable } from '../../platform/sealed/rotation.ts';
import type { Sealed, SealedPlace } from '../../platform/sealed/sealed.ts';
import {
  masks,
  normaliseNationalId,
  normalisePhone,
  wrongNationalId,
  wrongPhone,
} from './identity.ts';

/** The sealed fields of a person. */
export const sensitiveFields = ['nationalId', 'phone'] as const;
export type SensitiveField = (typeof sensitiveFields)[number];
export type Sensitive = Record<SensitiveField, string | null>;

const TABLE = 'person_sensitive';
const CLASS = 'person';
const kinds = {
  nationalId: {
    column: 'national_id',
    index: 'national_id_index',
    normalise: normaliseNationalId,
    wrong: (text: string) => wrongNationalId(text),
  },
  phone: {
    column: 'phone',
    index: 'phone_index',
    normalise: normalisePhone,
    wrong: wrongPhone,
  },
} as const;

/** For key rotation. */
export const sealedPeople: SealedTable = {
  dataClass: CLASS,
  table: TABLE,
  rowId: 'person_id',
  columns: sensitiveFields.map((field) => ({
    sealed: kinds[field].column,
    index: { column: kinds[field].index, normalise: kinds[field].normalise },
  })),
};

const placeOf = (tenant: string, person: string, field: SensitiveField): SealedPlace => ({
  tenant,
  dataClass: CLASS,
  table: TABLE,
  column: kinds[field].column,
  row: person,
});

/** Placeholder where the key is missing: the field has a value. */
const UNREADABLE = '***';

/** The only access to people's sensitive fields. */
export function createSensitive(sealed: Sealed) {
  const indexPlace = (tenant: string, field: SensitiveField) => ({
    tenant,
    dataClass: CLASS,
    table: TABLE,
    column: kinds[field].index,
  });

  async function open(
    tx: Transaction,
    tenant: string,
    person: string,
    field: SensitiveField,
    value: string,
  ): Promise<string> {
    return sealed.open(tx, placeOf(tenant, person, field), value);
  }

  return {
    /**
     * Writes the given fields; null clears one.
     *
     * @throws Problem with the field where a value is invalid or belongs to another person.
     */
    async write(
      tx: Transaction,
      tenant: string,
      person: string,
      values: Partial<Sensitive>,
    ): Promise<void> {
      const data: Record<string, string | null> = {};
      for (const field of sensitiveFields) {
        const value = values[field];
        if (value === undefined) continue;
        const kind = kinds[field];
        if (value === null) {
          data[field] = null;
          data[`${field}Index`] = null;
          continue;
        }
        const wrong = kind.wrong(value);
        if (wrong) {
          throw new Problem('request.invalid', `body.${field}: ${wrong.en}`, {
            errors: [fieldError(`body.${field}`, wrong.zh, wrong.en)],
          });
        }
        const plain = kind.normalise(value);
        if (field === 'nationalId') await refuseTaken(tx, tenant, person, plain);
        data[field] = await sealed.seal(tx, placeOf(tenant, person, field), plain);
        data[`${field}Index`] = await sealed.index(tx, indexPlace(tenant, field), plain);
      }
      if (Object.keys(data).length === 0) return;
      await tx.personSensitive.upsert({
        where: { tenantId_personId: { tenantId: tenant, personId: person } },
        create: { tenantId: tenant, personId: person, ...data },
        update: { ...data, updatedAt: new Date() },
      });
    },

    /** The masked fields of each person. */
    async masked(
      tx: Transaction,
      tenant: string,
      people: readonly string[],
    ): Promise<Map<string, Sensitive>> {
      const rows = await tx.personSensitive.findMany({ where: { personId: { in: [...people] } } });
      const found = new Map<string, Sensitive>();
      for (const row of rows) {
        const shown: Sensitive = { nationalId: null, phone: null };
        for (const field of sensitiveFields) {
          const value = row[field];
          if (value === null) continue;
          // A missing key must not block the rest of a person's record.
          shown[field] = await open(tx, tenant, row.personId, field, value).then(
            masks[field],
            () => UNREADABLE,
          );
        }
        found.set(row.personId, shown);
      }
      return found;
    },

    /** @throws Problem where it is empty, or the key is missing. */
    async reveal(
      tx: Transaction,
      tenant: string,
      person: string,
      field: SensitiveField,
    ): Promise<string> {
      const row = await tx.personSensitive.findFirst({ where: { personId: person } });
      const value = row?.[field];
      if (value === null || value === undefined) throw new Problem('person.nothing-sealed');
      return open(tx, tenant, person, field, value);
    },

    /** One field of several people; left out where it is empty, or its key is missing. */
    async revealAll(
      tx: Transaction,
      tenant: string,
      people: readonly string[],
      field: SensitiveField,
    ): Promise<Map<string, string>> {
      const rows = await tx.personSensitive.findMany({ where: { personId: { in: [...people] } } });
      const found = new Map<string, string>();
      for (const { personId, [field]: value } of rows) {
        if (value === null) continue;
        const plain = await open(tx, tenant, personId, field, value).catch(() => null);
        if (plain !== null) found.set(personId, plain);
      }
      return found;
    },

    /** The people with exactly this value. */
    async find(
      tx: Transaction,
      tenant: string,
      field: SensitiveField,
      value: string,
    ): Promise<string[]> {
      const indexes = await sealed.indexes(
        tx,
        indexPlace(tenant, field),
        kinds[field].normalise(value),
      );
      const where =
        field === 'phone' ? { phoneIndex: { in: indexes } } : { nationalIdIndex: { in: indexes } };
      const rows = await tx.personSensitive.findMany({ where, select: { personId: true } });
      return rows.map(({ personId }) => personId);
    },

    /** Who has the values, in their normal form; those that no person has are left out. */
    async owners(
      tx: Transaction,
      tenant: string,
      field: SensitiveField,
      values: readonly string[],
    ): Promise<Map<string, string[]>> {
      const all = await sealed.indexesOf(tx, indexPlace(tenant, field), values);
      const wanted = all.flat();
      const rows = await tx.personSensitive.findMany({
        where:
          field === 'phone' ? { phoneIndex: { in: wanted } } : { nationalIdIndex: { in: wanted } },
        select: { personId: true, phoneIndex: true, nationalIdIndex: true },
      });
      const byIndex = new Map<string, string[]>();
      for (const row of rows) {
        const index = row[`${field}Index`] ?? '';
        byIndex.set(index, [...(byIndex.get(index) ?? []), row.personId]);
      }
      const found = new Map<string, string[]>();
      for (const [at, value] of values.entries()) {
        const people = (all[at] ?? []).flatMap((index) => byIndex.get(index) ?? []);
        if (people.length > 0) found.set(value, people);
      }
      return found;
    },

    async erase(tx: Transaction, person: string): Promise<void> {
      await tx.personSensitive.deleteMany({ where: { personId: person } });
    },
  };

  /** During a rotation the unique index alone is not sufficient. */
  async function refuseTaken(
    tx: Transaction,
    tenant: string,
    person: string,
    plain: string,
  ): Promise<void> {
    const indexes = await sealed.indexes(tx, indexPlace(tenant, 'nationalId'), plain);
    const other = await tx.personSensitive.findFirst({
      where: { nationalIdIndex: { in: indexes }, personId: { not: person } },
    });
    if (other) throw new Problem('person.national-id-taken');
  }
}

export type SensitiveStore = ReturnType<typeof createSensitive>;
