import { Prisma } from '../../generated/prisma/client.ts';
import type { Database, Transaction } from '../db/database.ts';

import { wrapKey } from './data-keys.ts';

import { type Sealed, stopWriters } from './sealed.ts';

/** A table with sealed columns; rotation processes all that are listed here. */
export interface SealedTable {
  dataClass: string;
  table: string;
  /** An SQL expression for the row id used when sealing. */
  rowId: string;
  columns: { sealed: string; index?: { column: string; normalise(plain: string): string } }[];
}

export interface KeyStatus {
  keyring: { id: string; createdAt: string; current: boolean; wraps: number }[];
  data: {
    dataClass: string;
    generation: number;
    kekId: string;
    createdAt: string;
    state: 'encrypts' | 'opens' | 'destroyed';
    /** Number of values sealed with it. */
    values: number;
    /** Why it cannot be opened; null where it can. */
    problem: string | null;
  }[];
}

/** Batch size of re-encryption per transaction. */
const BATCH = 200;
const name = (text: string) => Prisma.raw(`"${text.replaceAll('"', '""')}"`);

/** Append-only tables without sealed values, too large to search. */
const UNSEALED = ['audit_log', 'audit_seal', 'outbox_event', 'location_history'];

/**
 * Searches every table for values of the generation, also unlisted ones: destroying a data key is
 * irreversible.
 */
async function isUsedAnywhere(
  tx: Transaction,
  dataClass: string,
  generation: number,
): Promise<boolean> {
  const tables = await tx.$queryRaw<{ name: string }[]>`
    SELECT c.relname AS name FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relrowsecurity
      AND NOT c.relispartition AND c.relname <> ALL (${UNSEALED}::text[])`;
  for (const { name: table } of tables) {
    const found = await tx.$queryRaw<unknown[]>`
      SELECT 1 AS one FROM ${name(table)} t
      WHERE t::text LIKE ${`%s1:${dataClass}:${generation}:%`} LIMIT 1`;
    if (found.length > 0) return true;
  }
  return false;
}

/** Key administration at runtime. */
export function createRotation(options: {
  database: Database;
  sealed: Sealed;
  tables: readonly SealedTable[];
  batch?: number;
}) {
  const { database, sealed, tables, batch = BATCH } = options;
  const { keyring, keys } = sealed;
  const under = <Result>(tenant: string, work: (tx: Transaction) => Promise<Result>) =>
    database.transaction({ tenant, user: null }, work);

  /** Number of values of the generation. */
  async function count(tx: Transaction, dataClass: string, generation: number): Promise<number> {
    let total = 0;
    for (const { table, columns } of tables.filter((one) => one.dataClass === dataClass)) {
      for (const column of columns) {
        const [row] = await tx.$queryRaw<{ n: bigint }[]>`
          SELECT count(*) AS n FROM ${name(table)}
          WHERE ${name(column.sealed)} LIKE ${`s1:${dataClass}:${generation}:%`}`;
        total += Number(row?.n ?? 0);
      }
    }
    return total;
  }

  /** Re-encrypts up to a batch of values of one column with the newest key. */
  function reencryptBatch(tenant: string, spec: SealedTable, column: SealedTable['columns'][0]) {
    return under(tenant, async (tx) => {
      const { dataClass, table } = spec;
      const { generation } = await keys.newest(tx, tenant, dataClass);
      // Rows locked by a writer are left for the next batch: the writer uses the newest key.
      const rows = await tx.$queryRaw<{ id: string; value: string }[]>`
        SELECT ${Prisma.raw(spec.rowId)} AS id, ${name(column.sealed)} AS value FROM ${name(table)}
        WHERE ${name(column.sealed)} LIKE 's1:%'
          AND ${name(column.sealed)} NOT LIKE ${`s1:${dataClass}:${generation}:%`}
        ORDER BY 1 LIMIT ${batch} FOR UPDATE SKIP LOCKED`;
      for (const { id, value } of rows) {
        const place = { tenant, dataClass, table, column: column.sealed, row: id };
        const plain = await sealed.open(tx, place, value);
        const anew = await sealed.seal(tx, place, plain);
        const { index } = column;
        const looked = index
          ? await sealed.index(
              tx,
              { tenant, dataClass, table, column: index.column },
              index.normalise(plain),
            )
          : null;
        const indexed = index ? Prisma.sql`, ${name(index.column)} = ${looked}` : Prisma.empty;
        await tx.$executeRaw`
          UPDATE ${name(table)} SET ${name(column.sealed)} = ${anew}${indexed}
          WHERE ${Prisma.raw(spec.rowId)} = ${id} AND ${name(column.sealed)} = ${value}`;
      }
      return rows.length;
    });
  }

  return {
    /** Keys and whether they open. A missing key is reported, not thrown. */
    async status(tenant: string): Promise<KeyStatus> {
      const ring = await keyring.list();
      return under(tenant, async (tx) => {
        const rows = await tx.dataKey.findMany({
          orderBy: [{ dataClass: 'asc' }, { generation: 'desc' }],
        });
        const data: KeyStatus['data'] = [];
        const newest = new Set<string>();
        for (const row of rows) {
          const { wrapped } = row;
          const problem = wrapped
            ? await keys.unwrap(tenant, row.dataClass, { ...row, wrapped }).then(
                () => null,
                (error: Error) => error.message,
              )
            : null;
          const state = !wrapped ? 'destroyed' : newest.has(row.dataClass) ? 'opens' : 'encrypts';
          if (wrapped) newest.add(row.dataClass);
          data.push({
            dataClass: row.dataClass,
            generation: row.generation,
            kekId: row.kekId,
            createdAt: row.createdAt.toISOString(),
            state,
            values: await count(tx, row.dataClass, row.generation),
            problem,
          });
        }
        const wraps = (id: string) =>
          rows.filter((row) => row.wrapped !== null && row.kekId === id).length;
        return { keyring: ring.map((key) => ({ ...key, wraps: wraps(key.id) })), data };
      });
    },

    /**
     * Rewraps every data key of the tenant with the ring's current key. Encrypted data is
     * unchanged; readers and writers are not affected.
     *
     * @returns the number of rewrapped keys.
     */
    rewrap(tenant: string): Promise<number> {
      return under(tenant, async (tx) => {
        const { id: kekId, key: kek } = await keyring.current();
        const rows = await tx.dataKey.findMany({
          where: { destroyedAt: null, kekId: { not: kekId } },
        });
        for (const row of rows) {
          const { dataClass, generation } = row;
          const key = await keys.unwrap(tenant, dataClass, { ...row, wrapped: row.wrapped ?? '' });
          const wrapped = wrapKey(kek, key, { tenant, dataClass, generation });
          await tx.dataKey.updateMany({
            where: { dataClass, generation, kekId: row.kekId, destroyedAt: null },
            data: { kekId, wrapped, wrappedAt: new Date() },
          });
        }
        return rows.length;
      });
    },

    /** Adds a generation of each data class: it encrypts from now on, the others still decrypt. */
    renew(tenant: string): Promise<{ dataClass: string; generation: number }[]> {
      return under(tenant, async (tx) => {
        const newest = await tx.dataKey.groupBy({ by: ['dataClass'], _max: { generation: true } });
        const added: { dataClass: string; generation: number }[] = [];
        for (const { dataClass, _max } of newest) {
          const next = (_max.generation ?? 0) + 1;
          added.push({ dataClass, generation: await keys.add(tx, tenant, dataClass, next) });
        }
        return added;
      });
    },

    /**
     * Re-encrypts everything with the newest data keys, in batches, concurrently with readers and
     * writers. It can be interrupted and repeated: progress is visible in the values.
     *
     * @param signal stops it after the current batch.
     * @returns the number of re-encrypted values.
     */
    async reencrypt(tenant: string, signal?: AbortSignal): Promise<number> {
      let done = 0;
      for (const spec of tables) {
        for (const column of spec.columns) {
          for (;;) {
            if (signal?.aborted) return done;
            const written = await reencryptBatch(tenant, spec, column);
            done += written;
            if (written < batch) break;
          }
        }
      }
      return done;
    },

    /**
     * Destroys data keys that encrypt nothing any more. Files are never re-encrypted, so the class
     * `file` is left out.
     *
     * @returns the destroyed keys.
     */
    async destroyUnused(tenant: string): Promise<{ dataClass: string; generation: number }[]> {
      const classes = [...new Set(tables.map(({ dataClass }) => dataClass))];
      const destroyed: { dataClass: string; generation: number }[] = [];
      for (const dataClass of classes) {
        await under(tenant, async (tx) => {
          await stopWriters(tx, tenant, dataClass);
          const [, ...older] = await keys.rowsOf(tx, dataClass);
          for (const { generation } of older) {
            if ((await count(tx, dataClass, generation)) > 0) continue;
            if (await isUsedAnywhere(tx, dataClass, generation)) continue;
            await tx.dataKey.updateMany({
              where: { dataClass, generation },
              data: { wrapped: null, destroyedAt: new Date() },
            });
            destroyed.push({ dataClass, generation });
          }
        });
      }
      return destroyed;
    },

    /** The tenant's data keys wrapped by a key of the ring. */
    wrappedBy: (tenant: string, kekId: string): Promise<number> =>
      under(tenant, (tx) => tx.dataKey.count({ where: { kekId, destroyedAt: null } })),
  };
}

export type Rotation = ReturnType<typeof createRotation>;
