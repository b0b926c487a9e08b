import pg from 'pg';
import { ulid } from 'ulid';

interface Column {
  name: string;
  type: string;
  length: number | null;
}

const slugOf = (mark: string) => mark.toLowerCase();

/** A value that the column accepts, containing the mark where possible. */
function valueFor({ name, type, length }: Column, tenant: string, mark: string): unknown {
  if (name === 'tenant_id') return tenant;
  if (type === 'ARRAY') return [];
  if (type === 'jsonb' || type === 'json') return JSON.stringify({ zh: mark, en: mark });
  if (/timestamp|date/.test(type)) return '2026-11-25T00:00:00Z';
  if (/int|numeric|double|real/.test(type)) return 987_654;
  if (type === 'boolean') return true;
  if (type === 'bytea') return Buffer.from(mark);
  // Routes check the format of ids first.
  if (length === 26) return ulid();
  if (name === 'id') return slugOf(mark);
  return mark.slice(0, length ?? mark.length);
}

/**
 * Inserts a row of a tenant into each listed table that has none, or whose ids are words that two
 * companies may share: as the owner, without foreign keys, triggers and checks, since only access
 * matters here.
 *
 * @returns one id of each table.
 */
export async function foreignIds(
  superUrl: string,
  tenant: string,
  mark: string,
  tables: readonly string[],
): Promise<Map<string, string>> {
  const owner = new pg.Client({ connectionString: superUrl });
  await owner.connect();
  try {
    await owner.query("SELECT set_config('app.tenant', $1, false)", [tenant]);
    await owner.query("SET session_replication_role = 'replica'");
    const ids = new Map<string, string>();
    for (const table of tables) {
      const find = () =>
        owner.query(
          `SELECT id FROM "${table}" WHERE tenant_id = $1 AND (length(id) = 26 OR id = $2) LIMIT 1`,
          [tenant, slugOf(mark)],
        );
      if ((await find()).rowCount === 0) await fill(owner, table, tenant, mark);
      ids.set(table, (await find()).rows[0].id as string);
    }
    return ids;
  } finally {
    await owner.end();
  }
}

async function fill(owner: pg.Client, table: string, tenant: string, mark: string): Promise<void> {
  const checks = await owner.query(
    `SELECT conname AS name FROM pg_constraint WHERE contype = 'c' AND conrelid = $1::regclass`,
    [table],
  );
  for (const { name } of checks.rows) {
    await owner.query(`ALTER TABLE "${table}" DROP CONSTRAINT "${name}"`);
  }
  const { rows } = await owner.query(
    `SELECT column_name AS name, data_type AS type, character_maximum_length AS length
     FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER'`,
    [table],
  );
  const columns = rows as Column[];
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const places = columns.map((_, at) => `$${at + 1}`).join(', ');
  await owner.query(
    `INSERT INTO "${table}" (${names}) VALUES (${places})`,
    columns.map((column) => valueFor(column, tenant, mark)),
  );
}

/** A digest of everything that a tenant has, table by table, so that a change of any row shows. */
export async function digestOf(superUrl: string, tenant: string): Promise<Map<string, string>> {
  const owner = new pg.Client({ connectionString: superUrl });
  await owner.connect();
  try {
    await owner.query("SELECT set_config('app.tenant', $1, false)", [tenant]);
    const { rows } = await owner.query(`
      SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
      WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`);
    const digests = new Map<string, string>();
    for (const { name } of rows) {
      const { rows: found } = await owner.query(
        `SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS digest
         FROM "${name}" t WHERE tenant_id = $1`,
        [tenant],
      );
      digests.set(name as string, found[0].digest as string);
    }
    return digests;
  } finally {
    await owner.end();
  }
}
