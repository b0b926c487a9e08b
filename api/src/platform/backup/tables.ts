import type pg from 'pg';

export interface Table {
  name: string;
  /** Columns with data; generated ones are computed. */
  columns: string[];
  /** Whether its rows belong to tenants. */
  isTenants: boolean;
  isForced: boolean;
}

/** The migration history is in the manifest, not copied. */
const LEFT_OUT = ['_prisma_migrations'];

export async function listTables(client: pg.Client): Promise<Table[]> {
  const found = await client.query(
    `SELECT c.relname AS name, c.relforcerowsecurity AS "isForced",
            bool_or(a.attname = 'tenant_id') AS "isTenants",
            array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '') AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relname <> ALL ($1)
     GROUP BY c.oid ORDER BY c.relname`,
    [LEFT_OUT],
  );
  return found.rows as Table[];
}

export interface Sequence {
  name: string;
  value: string;
  called: boolean;
}

export async function listSequences(client: pg.Client): Promise<Sequence[]> {
  const found = await client.query(
    "SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1",
  );
  const sequences: Sequence[] = [];
  for (const { name } of found.rows as { name: string }[]) {
    const one = await client.query(
      `SELECT last_value::text AS value, is_called AS called FROM ${client.escapeIdentifier(name)}`,
    );
    sequences.push({ name, ...one.rows[0] });
  }
  return sequences;
}

export async function listMigrations(client: pg.Client): Promise<string[]> {
  const there = await client.query("SELECT to_regclass('public._prisma_migrations') AS name");
  if (there.rows[0].name === null) return [];
  const found = await client.query(
    `SELECT migration_name AS name FROM _prisma_migrations
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1`,
  );
  return found.rows.map(({ name }) => name as string);
}

export interface ForeignKey {
  table: string;
  name: string;
  definition: string;
}

export async function listForeignKeys(client: pg.Client): Promise<ForeignKey[]> {
  const found = await client.query(
    `SELECT conrelid::regclass::text AS "table", conname AS name, pg_get_constraintdef(c.oid) AS definition
     FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
     WHERE n.nspname = 'public' AND contype = 'f' AND conparentid = 0 ORDER BY 1, 2`,
  );
  return found.rows as ForeignKey[];
}
