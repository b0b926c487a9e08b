import { randomBytes } from 'node:crypto';
import type { Transaction } from '../db/database.ts';
import { decrypt, deriveKey, encrypt } from './cipher.ts';
import { type Keyring, KeyringError } from './keyring.ts';

/** An unwrapped data key. */
export interface OpenKey {
  generation: number;
  key: Buffer;
}

export interface DataKeyRow {
  generation: number;
  kekId: string;
  wrapped: string | null;
  createdAt: Date;
}

/**
 * A younger key may belong to a transaction that is rolled back, and be replaced: it is looked up
 * each time. Longer than any transaction plus clock differences.
 */
const SETTLED_AFTER_MS = 5 * 60_000;

const boundTo = (tenant: string, dataClass: string, generation: number) =>
  `anshi data key v1|${tenant}|${dataClass}|${generation}`;

export function wrapKey(
  kek: Buffer,
  key: Buffer,
  of: { tenant: string; dataClass: string; generation: number },
): string {
  const wrapping = deriveKey(kek, 'anshi wrap v1');
  return encrypt(wrapping, key, boundTo(of.tenant, of.dataClass, of.generation)).toString('base64');
}

/**
 * The data keys of all tenants, unwrapped once and kept in memory. The newest generation is queried
 * each time, so that a rotation takes effect at once in every process.
 */
export function createDataKeys(keyring: Keyring) {
  const opened = new Map<string, Buffer>();
  /** By tenant, class and generation, for decryption. */
  const known = new Map<string, Buffer>();
  /** The same for keys younger than {@link SETTLED_AFTER_MS}. */
  const young = new Map<string, Buffer>();

  function remember(tenant: string, dataClass: string, row: DataKeyRow, key: Buffer): Buffer {
    const name = `${tenant}|${dataClass}|${row.generation}`;
    if (Date.now() - row.createdAt.getTime() > SETTLED_AFTER_MS) known.set(name, key);
    else young.set(name, key);
    return key;
  }

  async function unwrap(
    tenant: string,
    dataClass: string,
    row: DataKeyRow & { wrapped: string },
  ): Promise<Buffer> {
    // The wrapping is part of the cache key: a rewrapped key is verified again.
    const name = `${tenant}|${dataClass}|${row.generation}|${row.kekId}|${row.wrapped}`;
    const before = opened.get(name);
    if (before) return remember(tenant, dataClass, row, before);
    const kek = await keyring.key(row.kekId);
    let key: Buffer;
    try {
      const wrapping = deriveKey(kek, 'anshi wrap v1');
      const bound = boundTo(tenant, dataClass, row.generation);
      key = decrypt(wrapping, Buffer.from(row.wrapped, 'base64'), bound);
    } catch {
      throw new KeyringError(
        `the key ${row.kekId} of the key ring ${keyring.file} does not open the data key ${dataClass}:${row.generation} of ${tenant}: the ring is not the one that belongs to this database`,
      );
    }
    opened.set(name, key);
    return remember(tenant, dataClass, row, key);
  }

  /** Keys that are not destroyed, newest first. */
  const rowsOf = (tx: Transaction, dataClass: string) =>
    tx.dataKey.findMany({
      where: { dataClass, destroyedAt: null },
      orderBy: { generation: 'desc' },
      select: { generation: true, kekId: true, wrapped: true, createdAt: true },
    }) as Promise<(DataKeyRow & { wrapped: string })[]>;

  /**
   * Adds a generation, which encrypts from then on.
   *
   * @returns its number; two concurrent callers for the same one both get it.
   */
  async function add(
    tx: Transaction,
    tenant: string,
    dataClass: string,
    generation: number,
  ): Promise<number> {
    const { id: kekId, key: kek } = await keyring.current();
    const wrapped = wrapKey(kek, randomBytes(32), { tenant, dataClass, generation });
    await tx.dataKey.createMany({
      data: [{ tenantId: tenant, dataClass, generation, kekId, wrapped }],
      skipDuplicates: true,
    });
    return generation;
  }

  return {
    rowsOf,
    add,
    unwrap,

    /** The encryption key; the first is created on demand. */
    async newest(tx: Transaction, tenant: string, dataClass: string): Promise<OpenKey> {
      let [row] = await rowsOf(tx, dataClass);
      if (!row) {
        await add(tx, tenant, dataClass, 1);
        [row] = await rowsOf(tx, dataClass);
      }
      if (!row) throw new KeyringError(`there is no data key for ${dataClass}, and none was made`);
      return { generation: row.generation, key: await unwrap(tenant, dataClass, row) };
    },

    /** All keys that are not destroyed, newest first. */
    async all(tx: Transaction, tenant: string, dataClass: string): Promise<OpenKey[]> {
      const rows = await rowsOf(tx, dataClass);
      return Promise.all(
        rows.map(async (row) => ({
          generation: row.generation,
          key: await unwrap(tenant, dataClass, row),
        })),
      );
    },

    /** @throws KeyringError where it does not exist or was destroyed. */
    async one(
      tx: Transaction,
      tenant: string,
      dataClass: string,
      generation: number,
    ): Promise<Buffer> {
      const name = `${tenant}|${dataClass}|${generation}`;
      const before = known.get(name);
      if (before) return before;
      const row = await tx.dataKey.findFirst({ where: { dataClass, generation } });
      // A reader of a value that was just re-encrypted can still decrypt it.
      const late = row?.destroyedAt ? young.get(name) : undefined;
      if (late) return late;
      if (!row?.wrapped) {
        throw new KeyringError(
          `the data key ${dataClass}:${generation} of ${tenant} ${row ? 'was destroyed' : 'is not in the database'}`,
        );
      }
      return unwrap(tenant, dataClass, { ...row, wrapped: row.wrapped });
    },
  };
}

export type DataKeys = ReturnType<typeof createDataKeys>;
