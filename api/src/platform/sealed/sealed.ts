import type { Transaction } from '../db/database.ts';
import { Problem } from '../http/errors.ts';
import { blindIndex, decrypt, deriveKey, encrypt } from './cipher.ts';
import { createDataKeys, type DataKeys } from './data-keys.ts';
import { type Keyring, KeyringError } from './keyring.ts';

/** The place of a value. A ciphertext is bound to it: copied elsewhere, it does not open. */
export interface SealedPlace {
  tenant: string;
  /** The data class: person, equipment … */
  dataClass: string;
  table: string;
  column: string;
  /** The id of the row. */
  row: string;
}

/** The place of an index: as a {@link SealedPlace}, without the row. */
export type IndexPlace = Omit<SealedPlace, 'row'>;

/** `s1:<class>:<generation>:<nonce, ciphertext and tag in base64url>` */
const FORMAT = /^s1:([a-z][a-z-]{0,31}):(\d{1,9}):([A-Za-z0-9_-]+)$/;

export interface Sealed {
  readonly keyring: Keyring;
  readonly keys: DataKeys;
  /**
   * Encrypts a value for its place.
   *
   * @throws Problem `sealed.key-missing` where the key ring lacks the key.
   */
  seal(tx: Transaction, place: SealedPlace, plain: string): Promise<string>;
  /**
   * Opens a value sealed for this place, with any key that is not destroyed.
   *
   * @throws Problem `sealed.key-missing`, or `sealed.damaged` where it was modified or moved.
   */
  open(tx: Transaction, place: SealedPlace, sealed: string): Promise<string>;
  /** The blind index to store beside the value. Normalise the value first. */
  index(tx: Transaction, place: IndexPlace, value: string): Promise<string>;
  /** Every index that the value may have in the table, during a rotation. */
  indexes(tx: Transaction, place: IndexPlace, value: string): Promise<string[]>;
  /** The same for many values, which look the keys up once. */
  indexesOf(tx: Transaction, place: IndexPlace, values: readonly string[]): Promise<string[][]>;
}

const boundTo = ({ tenant, dataClass, table, column, row }: SealedPlace, generation: number) =>
  `anshi sealed v1|${tenant}|${dataClass}|${generation}|${table}|${column}|${row}`;

const indexKey = (key: Buffer, { table, column }: IndexPlace) =>
  deriveKey(key, `anshi blind index v1|${table}|${column}`);
const valueKey = (key: Buffer) => deriveKey(key, 'anshi value v1');

/** @returns null where the text is not a sealed value. */
export function readSealed(
  text: string,
): { dataClass: string; generation: number; bytes: Buffer } | null {
  const match = FORMAT.exec(text);
  if (!match) return null;
  const [, dataClass = '', generation, bytes = ''] = match;
  return { dataClass, generation: Number(generation), bytes: Buffer.from(bytes, 'base64url') };
}

/**
 * Held by writers with a data key until the end of the transaction; destroying a data key waits for
 * them, so that no undecryptable value is left.
 */
const holdKeys = (tx: Transaction, tenant: string, dataClass: string) =>
  tx.$queryRaw`SELECT pg_advisory_xact_lock_shared(hashtextextended(${`anshi data keys ${tenant} ${dataClass}`}, 0))::text`;

/** @see holdKeys */
export const stopWriters = (tx: Transaction, tenant: string, dataClass: string) =>
  tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`anshi data keys ${tenant} ${dataClass}`}, 0))::text`;

export function createSealed(keyring: Keyring): Sealed {
  const keys = createDataKeys(keyring);
  const indexesOf: Sealed['indexesOf'] = async (tx, place, values) => {
    const all = await withKeys(() => keys.all(tx, place.tenant, place.dataClass));
    const own = all.map(({ key }) => indexKey(key, place));
    return values.map((value) => own.map((key) => blindIndex(key, value)));
  };
  return {
    keyring,
    keys,
    async seal(tx, place, plain) {
      return withKeys(async () => {
        await holdKeys(tx, place.tenant, place.dataClass);
        const { generation, key } = await keys.newest(tx, place.tenant, place.dataClass);
        const bytes = encrypt(valueKey(key), Buffer.from(plain), boundTo(place, generation));
        return `s1:${place.dataClass}:${generation}:${bytes.toString('base64url')}`;
      });
    },
    async open(tx, place, sealed) {
      const read = readSealed(sealed);
      const what = `${place.table}.${place.column} of ${place.row}`;
      if (read?.dataClass !== place.dataClass) throw damaged(what);
      const { generation, bytes } = read;
      const key = await withKeys(() => keys.one(tx, place.tenant, place.dataClass, generation));
      try {
        return decrypt(valueKey(key), bytes, boundTo(place, generation)).toString();
      } catch {
        throw damaged(what);
      }
    },
    async index(tx, place, value) {
      const { key } = await withKeys(() => keys.newest(tx, place.tenant, place.dataClass));
      return blindIndex(indexKey(key, place), value);
    },
    indexes: async (tx, place, value) => (await indexesOf(tx, place, [value]))[0] ?? [],
    indexesOf,
  };
}

const damaged = (what: string) =>
  new Problem(
    'sealed.damaged',
    `${what} was changed outside of the system, or moved here from another row. Enter it again, or restore it from a backup.`,
  );

/** Details of the ring are for administrators: the response only names the problem. */
export async function withKeys<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    const problem = new Problem('sealed.key-missing');
    problem.cause = error;
    throw problem;
  }
}
