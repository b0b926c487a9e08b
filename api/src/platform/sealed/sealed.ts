import type { Transaction } from '../db/database.ts';
import { Problem } from '../http/errors.ts';
import { blindIndex, decrypt, deriveKey, encrypt } from './cipher.ts';
import { createDataKeys, type DataKeys } from './data-keys.ts';
import { type Keyring, KeyringError } from './keyring.ts';

/** Where a value lies. A ciphertext is bound to it: copied to another place, it does not open. */
export interface SealedPlace {
  tenant: string;
  /** Which data key: person, equipment … */
  dataClass: string;
  table: string;
  column: string;
  /** The id of the row. */
  row: string;
}

/** Where an index is looked up: as a {@link SealedPlace}, without the row. */
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
   * Opens what was sealed for this place, with any key that is not destroyed.
   *
   * @throws Problem `sealed.key-missing`, or `sealed.damaged` where it was changed or moved here.
   */
  open(tx: Transaction, place: SealedPlace, sealed: string): Promise<string>;
  /** The blind index to store beside the value. Normalise the value before. */
  index(tx: Transaction, place: IndexPlace, value: string): Promise<string>;
  /** Every index that the value may have in the table, while a rotation is under way. */
  indexes(tx: Transaction, place: IndexPlace, value: string): Promise<string[]>;
}

const boundTo = ({ tenant, dataClass, table, column, row }: SealedPlace, generation: number) =>
  `anshi sealed v1|${tenant}|${dataClass}|${generation}|${table}|${column}|${row}`;

const indexKey = (key: Buffer, { table, column }: IndexPlace) =>
  deriveKey(key, `anshi blind index v1|${table}|${column}`);
const valueKey = (key: Buffer) => deriveKey(key, 'anshi value v1');

/** @returns null where the text is no sealed value. */
export function readSealed(
  text: string,
): { dataClass: string; generation: number; bytes: Buffer } | null {
  const match = FORMAT.exec(text);
  if (!match) return null;
  const [, dataClass = '', generation, bytes = ''] = match;
  return { dataClass, generation: Number(generation), bytes: Buffer.from(bytes, 'base64url') };
}

/**
 * Whoever writes with a data key holds this until the end of the transaction, and whoever destroys
 * a data key waits for them: no value is left behind that nothing opens.
 */
const holdKeys = (tx: Transaction, tenant: string, dataClass: string) =>
  tx.$queryRaw`SELECT pg_advisory_xact_lock_shared(hashtextextended(${`anshi data keys ${tenant} ${dataClass}`}, 0))::text`;

/** @see holdKeys */
export const stopWriters = (tx: Transaction, tenant: string, dataClass: string) =>
  tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`anshi data keys ${tenant} ${dataClass}`}, 0))::text`;

export function createSealed(keyring: Keyring): Sealed {
  const keys = createDataKeys(keyring);
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
    async indexes(tx, place, value) {
      const all = await withKeys(() => keys.all(tx, place.tenant, place.dataClass));
      return all.map(({ key }) => blindIndex(indexKey(key, place), value));
    },
  };
}

const damaged = (what: string) =>
  new Problem(
    'sealed.damaged',
    `${what} was changed outside of the system, or moved here from another row. Enter it again, or restore it from a backup.`,
  );

/** What is wrong with the ring is for whoever runs the system: the answer only says that it is. */
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
